import { lightness, mix } from './colours.ts';
import { fabrics } from './fabrics.ts';
import { Outline } from './outline.ts';
import type { Sketch } from './sketch.ts';

/** A band of ribbed knit across, between two heights. */
export function drawRib(sketch: Sketch, left: number, right: number, top: number, bottom: number): void {
  const inset = (right - left) * 0.025;
  const band = Outline.from(left, top)
    .bend((left + right) / 2, top + 1.4, right, top)
    .line(right - inset, bottom)
    .bend((left + right) / 2, bottom + 1.6, left + inset, bottom)
    .close();
  sketch.panel(band, { part: 'hem', paint: sketch.palette.trim, weave: fabrics.ribbed });
}

/** A gathered frill across, from a height down. */
export function drawRuffle(sketch: Sketch, left: number, right: number, top: number, height: number): void {
  const waves = 9;
  const spread = (right - left) * 0.05;
  let outline = Outline.from(left, top).line(right, top);
  const [from, to] = [right + spread, left - spread];
  outline = outline.line(from, top + height);
  for (let i = 0; i < waves; i++) {
    const x = from + ((to - from) * (i + 1)) / waves;
    const middle = from + ((to - from) * (i + 0.5)) / waves;
    outline = outline.bend(middle, top + height + (i % 2 === 0 ? 2.4 : -1.6), x, top + height);
  }
  sketch.panel(outline.close(), { part: 'hem' });
  for (let i = 1; i < waves * 2; i++) {
    const x = left + ((right - left) * i) / (waves * 2);
    const below = left - spread + ((right - left + 2 * spread) * i) / (waves * 2);
    sketch.line(Outline.from(x, top).line(below, top + height * (i % 2 === 0 ? 0.55 : 0.85)), {
      width: 0.5,
      opacity: 0.35,
    });
  }
}

/** White lace, or a darker one on white cloth. */
export function laceColour(sketch: Sketch): string {
  return lightness(sketch.palette.first) > 0.82 ? mix(sketch.palette.first, '#8a8078', 0.35) : '#f3efe8';
}

/** A scalloped lace edge across. */
export function drawLace(sketch: Sketch, left: number, right: number, top: number): void {
  const count = 12;
  const width = (right - left) / count;
  const colour = laceColour(sketch);
  let outline = Outline.from(left, top).line(right, top);
  for (let i = 0; i < count; i++) {
    const x = right - width * i;
    outline = outline.curve(x, top + 6, x - width, top + 6, x - width, top + 1.4);
  }
  sketch.panel(outline.close(), { part: 'hem', paint: colour, shade: 'flat', edge: 0.3 });
  for (let i = 0; i < count; i++) {
    sketch.mark(Outline.ellipse(left + width * (i + 0.5), top + 3, width * 0.2, 0.9), sketch.insideColour(colour), {
      opacity: 0.5,
    });
  }
}
