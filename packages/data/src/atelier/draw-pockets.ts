import { buttonColour } from './button-colour.ts';
import type { Look } from './look.ts';
import { Outline } from './outline.ts';
import type { Sketch } from './sketch.ts';

/** Pockets of tops, dresses, jackets and coats, for the front. */
export function drawUpperPockets(
  sketch: Sketch,
  look: Look,
  cut: { readonly chest: number; readonly waist: number; readonly hem: number; readonly length: number },
): void {
  const { pockets } = look.features;
  const x = cut.chest * 0.5;
  // Hip pockets end above the hem, even of a short garment.
  const hip = Math.min(Math.max(42, cut.length * 0.6), cut.length - 21);
  switch (pockets) {
    case 'chest':
      patch(sketch, x, 23, 11, 12.5);
      return;
    case 'twoChest':
      for (const side of [1, -1]) patch(sketch, side * x, 23, 11, 12.5);
      return;
    case 'flapChest':
      for (const side of [1, -1]) {
        patch(sketch, side * x, 22, 11.5, 12.5);
        flap(sketch, side * x, 21.4, 12.3, 4.6);
      }
      return;
    case 'patch':
      for (const side of [1, -1]) patch(sketch, side * x, hip - 4, 14, 15);
      return;
    case 'flap':
      for (const side of [1, -1]) flap(sketch, side * x, hip, 14, 5.4);
      return;
    case 'welt':
      sketch.panels(
        Outline.polygon([x - 3.4, hip + 10], [x - 0.6, hip + 10.6], [x + 3.4, hip - 3.4], [x + 0.6, hip - 4.2]),
        {
          part: 'pocket',
          shade: 'flat',
          grain: -16,
        },
      );
      return;
    case 'zipped':
      for (const side of [1, -1]) {
        const slit = Outline.from(side * (x + 2), hip - 8).line(side * (x - 1.6), hip + 6);
        sketch.line(slit, { part: 'pocket', side: side > 0 ? 'right' : 'left', width: 1.7, opacity: 0.7 });
        sketch.line(slit, { width: 0.8, colour: sketch.palette.metal, opacity: 1, dashes: '0.5 0.4' });
        sketch.panel(Outline.box(side * (x + 2) - 0.7, hip - 8, 1.4, 3.4, 0.5), {
          paint: sketch.palette.metal,
          shade: 'none',
          edge: 0.3,
        });
      }
      return;
    case 'kangaroo': {
      const top = cut.length * 0.58;
      const bottom = cut.length - 6.4;
      const half = cut.waist * 0.66;
      const pouch = Outline.symmetrical(
        Outline.from(0, top)
          .line(half * 0.55, top)
          .curve(half * 0.7, top + 5, half * 0.95, bottom - 8, half, bottom - 6)
          .line(half, bottom)
          .line(0, bottom + 0.8),
      );
      sketch.panel(pouch, { part: 'pocket', shade: 'flat' });
      sketch.stitches(
        Outline.from(half * 0.5, top + 1).curve(half * 0.64, top + 6, half * 0.9, bottom - 8, half * 0.94, bottom - 5),
      );
      return;
    }
    case 'slant':
    case 'sides':
      sketch.lines(Outline.from(cut.waist * 0.62, hip - 6).bend(cut.waist * 0.8, hip, cut.waist * 0.88, hip + 8), {
        part: 'pocket',
        width: 0.8,
        opacity: 0.65,
      });
      return;
    default:
      return;
  }
}

/** A patch pocket; x and y are the middle of its top edge. */
export function patch(sketch: Sketch, x: number, y: number, width: number, height: number): void {
  const half = width / 2;
  const outline = Outline.from(x - half, y)
    .line(x + half, y)
    .line(x + half - 0.3, y + height * 0.78)
    .line(x, y + height)
    .line(x - half + 0.3, y + height * 0.78)
    .close();
  sketch.panel(outline, { part: 'pocket', side: x < 0 ? 'left' : 'right', shade: 'flat', edge: 0.5 });
  sketch.stitch(Outline.from(x - half + 0.3, y + 2).line(x + half - 0.3, y + 2), { width: 0.3 });
}

/** A pocket flap with a button; x and y are the middle of its top edge. */
export function flap(sketch: Sketch, x: number, y: number, width: number, height: number): void {
  const half = width / 2;
  const outline = Outline.from(x - half, y)
    .line(x + half, y)
    .line(x + half, y + height * 0.7)
    .line(x, y + height)
    .line(x - half, y + height * 0.7)
    .close();
  sketch.glow(x, y + height, half, 1.6, '#0a0a18', 0.4);
  sketch.panel(outline, { part: 'pocket', side: x < 0 ? 'left' : 'right', shade: 'flat', edge: 0.5 });
  sketch.button(x, y + height * 0.62, 0.8, buttonColour(sketch), 'pocket');
}
