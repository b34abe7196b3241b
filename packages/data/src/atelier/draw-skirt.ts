import { lightness } from './colours.ts';
import { drawLace, drawRuffle } from './draw-hems.ts';
import { around, hangingFolds, type Look } from './look.ts';
import { Outline } from './outline.ts';
import type { Fold, Sketch } from './sketch.ts';

/** The lower part of a dress or a whole skirt; half widths. */
export interface SkirtCut {
  readonly hip: number;
  readonly hem: number;
  /** From the waist down to the hem, for the `knee` length. */
  readonly length: number;
  readonly style?: 'plain' | 'pleated' | 'tiered' | 'wrap' | 'gathered';
}

/** Draws the skirt from the waist down; returns where its hem is. */
export function drawSkirtPanel(sketch: Sketch, look: Look, cut: SkirtCut, top: number, waist: number): number {
  const { features, random } = look;
  const child = look.department === 'girls' || look.department === 'boys';
  const stretch = { mini: 0.72, knee: 1, midi: 1.38, maxi: 1.78 } as const;
  const length =
    cut.length *
    (features.length !== undefined && features.length in stretch
      ? stretch[features.length as keyof typeof stretch]
      : 1) *
    (child ? 0.88 : 1) *
    around(random, 1, 0.03);
  const bottom = top + length;
  // A longer skirt of the same flare is wider at its hem.
  const hem = cut.hip + (cut.hem - cut.hip) * (0.55 + 0.45 * (length / cut.length)) * around(random, 1, 0.06);
  const hipHeight = top + Math.min(20, length * 0.4);
  const style = cut.style ?? 'plain';
  if (style === 'tiered') {
    drawTiers(sketch, look, top, bottom, waist, hem);
    return bottom;
  }
  const side = Outline.from(0, top)
    .line(waist, top)
    .curve(
      waist + (cut.hip - waist) * 0.5,
      top + (hipHeight - top) * 0.3,
      cut.hip,
      hipHeight - (hipHeight - top) * 0.4,
      cut.hip,
      hipHeight,
    )
    .curve(
      cut.hip + (hem - cut.hip) * 0.3,
      hipHeight + (bottom - hipHeight) * 0.3,
      hem - (hem - cut.hip) * 0.1,
      bottom - (bottom - hipHeight) * 0.25,
      hem,
      bottom,
    );
  let outline: Outline;
  if (features.hem === 'asymmetric') {
    const right = side.bend(hem * 0.4, bottom + 4, -hem, bottom - length * 0.2);
    outline = right
      .curve(-hem, bottom - length * 0.35, -cut.hip, hipHeight + (bottom - hipHeight) * 0.3, -cut.hip, hipHeight)
      .curve(
        -cut.hip,
        hipHeight - (hipHeight - top) * 0.4,
        -waist - (cut.hip - waist) * 0.5,
        top + (hipHeight - top) * 0.3,
        -waist,
        top,
      )
      .close();
  } else if (style === 'pleated') {
    let right = side;
    const count = 7;
    for (let i = 0; i < count; i++) {
      const from = hem * (1 - i / count);
      const to = hem * (1 - (i + 1) / count);
      right = right
        .line(from - (from - to) * 0.75, bottom + 1.6 * (1 - from / hem) + 1.1)
        .line(to, bottom + 1.6 * (1 - to / hem) - 0.2);
    }
    outline = Outline.symmetrical(right);
  } else if (style === 'gathered') {
    let right = side;
    const count = 4;
    for (let i = 0; i < count; i++) {
      const from = hem * (1 - i / count);
      const to = hem * (1 - (i + 1) / count);
      right = right.bend((from + to) / 2, bottom + (i % 2 === 0 ? 3.4 : -0.6), to, bottom + 1.4);
    }
    outline = Outline.symmetrical(right);
  } else {
    outline = Outline.symmetrical(side.bend(hem * 0.5, bottom + 2.6, 0, bottom + 2.6));
  }
  const flare = (hem - waist) / length;
  const folds: Fold[] = style === 'pleated' ? [] : hemFolds(look, waist, hem, top, bottom, flare);
  sketch.panel(outline, { part: 'skirt', folds });

  if (style === 'pleated') drawPleats(sketch, waist, hem, top, bottom);
  if (style === 'gathered' || style === 'wrap') drawGathers(sketch, look, waist, top, length, style === 'wrap');
  if (style === 'wrap') drawWrapEdge(sketch, look, waist, hem, top, bottom);
  if (features.hem === 'ruffled') drawRuffle(sketch, -hem + 0.2, hem - 0.2, bottom - 6, 9);
  else if (features.hem === 'lace') drawLace(sketch, -hem, hem, bottom - 1.6);
  else if (features.hem === 'slit' && look.facing === 'front') {
    const x = hem * 0.45;
    sketch.panel(
      Outline.from(x - 2, bottom - length * 0.42)
        .line(x - 3.6, bottom + 2.4)
        .line(x + 3, bottom + 2)
        .close(),
      {
        part: 'hem',
        paint: sketch.insideColour(),
        shade: 'none',
      },
    );
  } else if (features.hem === 'raw') {
    sketch.line(Outline.from(-hem, bottom).bend(0, bottom + 4.8, hem, bottom), {
      part: 'hem',
      width: 2,
      colour: '#e9e6dc',
      opacity: 0.9,
      dashes: '0.4 0.5',
    });
  } else if (style !== 'pleated' && style !== 'gathered' && features.hem !== 'asymmetric') {
    sketch.stitch(Outline.from(-hem + 0.6, bottom - 2).bend(0, bottom + 2.8, hem - 0.6, bottom - 2), { part: 'hem' });
  }
  if (!features.hem || features.hem === 'straight') sketch.name('hem', Outline.box(-hem, bottom - 5, hem * 2, 6));
  return bottom;
}

function hemFolds(look: Look, waist: number, hem: number, top: number, bottom: number, flare: number): Fold[] {
  const { random } = look;
  const count = Math.round(3 + Math.max(0, flare) * 10);
  const folds: Fold[] = [];
  for (let i = 0; i < count; i++) {
    const share = ((i + 0.25 + random.uniform() * 0.5) / count) * 2 - 1;
    const [fromX, toX] = [share * waist * 0.85, share * hem * 0.92];
    const start = top + (bottom - top) * (0.1 + random.uniform() * 0.3);
    const turn = (-Math.atan2(toX - fromX, bottom - top) * 180) / Math.PI;
    const x = (fromX + toX) / 2 + (toX - fromX) * 0.15;
    const width = hem * (0.05 + 0.05 * random.uniform());
    const strength = 0.7 + Math.min(0.4, flare);
    folds.push({ x, y: (start + bottom) / 2, length: (bottom - start) * 1.15, width, turn, strength: -strength });
    folds.push({ x: x + width * 1.4, y: (start + bottom) / 2 + 4, length: bottom - start, width, turn, strength });
  }
  return folds.length > 0 ? folds : hangingFolds(random, 3, waist, top, bottom);
}

function drawPleats(sketch: Sketch, waist: number, hem: number, top: number, bottom: number): void {
  const count = 7;
  for (let i = -count; i < count; i++) {
    const [above, below] = [(waist * i) / count, (hem * i) / count];
    const [nextAbove, nextBelow] = [(waist * (i + 1)) / count, (hem * (i + 1)) / count];
    const dip = 1.6 * (1 - Math.abs(i / count)) + 0.4;
    const shadow = Outline.polygon(
      [above, top],
      [above + (nextAbove - above) * 0.45, top],
      [below + (nextBelow - below) * 0.4, bottom + dip],
      [below, bottom + dip - 0.6],
    );
    sketch.mark(shadow, '#0a0a18', { opacity: lightness(sketch.palette.first) > 0.5 ? 0.16 : 0.3 });
    sketch.line(Outline.from(above, top).line(below, bottom + dip - 0.4), { width: 0.4, opacity: 0.6 });
  }
}

function drawGathers(sketch: Sketch, look: Look, waist: number, top: number, length: number, oneSided: boolean): void {
  const count = 9;
  for (let i = 0; i <= count; i++) {
    const share = (i / count) * 2 - 1;
    if (oneSided && share < 0) continue;
    const reach = length * (0.1 + 0.14 * look.random.uniform());
    sketch.line(
      Outline.from(share * waist * 0.94, top + 0.4).bend(
        share * waist,
        top + reach * 0.5,
        share * waist * 1.1,
        top + reach,
      ),
      {
        width: 0.5,
        opacity: 0.45,
      },
    );
  }
}

function drawWrapEdge(sketch: Sketch, look: Look, waist: number, hem: number, top: number, bottom: number): void {
  if (look.facing === 'back' || look.features.hem === 'asymmetric') return;
  const edge = Outline.from(waist * 0.55, top).curve(
    waist * 0.2,
    top + (bottom - top) * 0.4,
    -hem * 0.05,
    top + (bottom - top) * 0.75,
    -hem * 0.4,
    bottom + 0.9,
  );
  sketch.line(edge.shifted(-0.8, 0.4), { width: 2.2, colour: '#0a0a18', opacity: 0.18 });
  sketch.line(edge, { width: 0.7, opacity: 0.8 });
}

function drawTiers(sketch: Sketch, look: Look, top: number, bottom: number, waist: number, hem: number): void {
  const count = 3;
  for (let i = count - 1; i >= 0; i--) {
    const from = top + ((bottom - top) * i) / count;
    const to = top + ((bottom - top) * (i + 1)) / count;
    const upper = waist + ((hem - waist) * i) / count;
    const lower = waist + ((hem - waist) * (i + 1)) / count + 1.8;
    let right = Outline.from(0, from - 1)
      .line(upper, from - 1)
      .bend(lower - 0.4, from + (to - from) * 0.3, lower, to);
    const waves = 5;
    for (let wave = 0; wave < waves; wave++) {
      const [a, b] = [lower * (1 - wave / waves), lower * (1 - (wave + 1) / waves)];
      right = right.bend((a + b) / 2, to + (wave % 2 === 0 ? 3 : -0.4), b, to + 1.2);
    }
    sketch.panel(Outline.symmetrical(right), {
      part: 'skirt',
      folds: hangingFolds(look.random, 5, lower * 0.95, from, to + 2, 0.9),
    });
    for (let gather = -8; gather <= 8; gather++) {
      const x = (upper * gather) / 8.4;
      sketch.line(Outline.from(x, from - 0.4).line(x * 1.05, from + (to - from) * (gather % 2 === 0 ? 0.34 : 0.2)), {
        width: 0.4,
        opacity: 0.4,
      });
    }
  }
}

/** A belt, a sash or a bow around the waist. */
export function drawBelt(sketch: Sketch, look: Look, half: number, y: number): void {
  const { waist } = look.features;
  const buckled = waist === 'belt';
  const height = buckled ? 4 : 3.6;
  const band = Outline.from(-half, y - height / 2)
    .bend(0, y - height / 2 + 1, half, y - height / 2)
    .line(half, y + height / 2)
    .bend(0, y + height / 2 + 1, -half, y + height / 2)
    .close();
  const { palette } = sketch;
  const paint = palette.trim === palette.first ? {} : { paint: palette.trim };
  sketch.glow(0, y + height / 2 + 1.4, half, 2.2, '#0a0a18', 0.3);
  sketch.panel(band, { part: 'belt', ...paint });
  if (look.facing === 'back') return;
  if (buckled) {
    sketch.panel(Outline.box(-3, y - 2.4, 6, 5.8, 0.8), {
      part: 'belt',
      paint: palette.metal,
      shade: 'none',
      edge: 0.4,
    });
    sketch.mark(Outline.box(-1.6, y - 1, 3.2, 3, 0.3), paint.paint ?? palette.first);
    sketch.line(Outline.from(-0.4, y + 0.5).line(2.8, y + 0.5), { width: 0.6, colour: palette.metal, opacity: 1 });
    return;
  }
  const x = waist === 'bow' ? 0 : half * 0.28;
  for (const [lean, reach] of [
    [-3.4, 19],
    [3, 22],
  ] as const) {
    const tail = Outline.from(x - 1, y + 1)
      .curve(x + lean * 0.4 - 1, y + reach * 0.4, x + lean - 2, y + reach * 0.7, x + lean - 1.6, y + reach)
      .line(x + lean + 1.8, y + reach - 1)
      .curve(x + lean + 1, y + reach * 0.6, x + 1.4, y + reach * 0.4, x + 1, y + 1)
      .close();
    sketch.panel(tail, { part: 'belt', shade: 'flat', ...paint });
  }
  const wide = waist === 'bow' ? 8.6 : 5.4;
  for (const side of [1, -1]) {
    const loop = Outline.from(x, y + 0.4)
      .curve(x + side * wide * 0.5, y - 5, x + side * wide * 1.1, y - 4, x + side * wide, y + 0.6)
      .curve(x + side * wide * 1.1, y + 4.6, x + side * wide * 0.5, y + 5, x, y + 0.8)
      .close();
    sketch.panel(loop, { part: 'belt', shade: 'flat', ...paint });
  }
  sketch.panel(Outline.ellipse(x, y + 0.6, 1.6, 2.2), { part: 'belt', shade: 'flat', ...paint });
}

/** The flared short tail below a waist. */
export function drawPeplum(sketch: Sketch, look: Look, waist: number, top: number): void {
  drawSkirtPanel(
    sketch,
    { ...look, features: { length: 'knee' } },
    { hip: waist + 4, hem: waist + 9, length: 17, style: 'gathered' },
    top,
    waist,
  );
}
