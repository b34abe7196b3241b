import { lighter, mix } from './colours.ts';
import { flap, patch } from './draw-pockets.ts';
import { drawBelt } from './draw-skirt.ts';
import { fabrics } from './fabrics.ts';
import { around, hangingFolds, type Look, pulledFolds } from './look.ts';
import { Outline } from './outline.ts';
import type { Fold, Sketch } from './sketch.ts';

/** How trousers are cut; half widths in centimetres from the middle. */
export interface LegCut {
  readonly waist: number;
  readonly hip: number;
  /** From the waist down to the fork. */
  readonly rise: number;
  /** From the waist down to the hem, at full length. */
  readonly length: number;
  /** The width of one leg at the knee and at its hem. */
  readonly knee: number;
  readonly hem: number;
  readonly waistband?: 'band' | 'elastic' | 'none';
  /** Five pockets, rivets and lapped seams. */
  readonly jeans?: boolean;
  readonly fly?: boolean;
  /** Skin-tight and stretchy: almost no folds. */
  readonly tight?: boolean;
}

/** Trousers, jeans, shorts and leggings; `top` is where the waist is. */
export function drawLegs(sketch: Sketch, look: Look, given: LegCut, top = 0): void {
  const { facing, random } = look;
  const front = facing === 'front';
  const cut = tailored(given, look);
  const bottom = top + cut.length;
  const fork = top + cut.rise;
  const share = Math.min(1, (cut.length - cut.rise) / 74);
  const kneeHeight = fork + (cut.length - cut.rise) * (share < 0.7 ? 0.55 : 0.48);
  // The middle of a leg moves outwards on its way down.
  const lean = 6.5 * share + cut.hip * 0.02;
  const hemMiddle = cut.hip * 0.52 + lean;
  const kneeMiddle = cut.hip * 0.5 + lean * 0.5;
  const full = share > 0.55;
  const knee = full ? cut.knee : cut.hip * 0.98;
  const legHem = full ? cut.hem : cut.hip * 0.98 + (cut.hem - cut.knee) * 0.4;
  const outside = hemMiddle + legHem / 2;
  const inside = Math.max(0.8, hemMiddle - legHem / 2);
  const right = Outline.from(-0.2, top)
    .line(cut.waist, top)
    .curve(
      cut.waist + (cut.hip - cut.waist) * 0.55,
      top + cut.rise * 0.3,
      cut.hip,
      top + cut.rise * 0.5,
      cut.hip,
      top + cut.rise * 0.82,
    )
    .curve(
      cut.hip + 0.3,
      fork + 6,
      full ? kneeMiddle + knee / 2 : outside,
      full ? kneeHeight - 14 : bottom - 8,
      full ? kneeMiddle + knee / 2 : outside,
      full ? kneeHeight : bottom,
    );
  const down = full
    ? right.curve(
        kneeMiddle + knee / 2,
        kneeHeight + 14,
        outside - (outside - kneeMiddle - knee / 2) * 0.3,
        bottom - 18,
        outside,
        bottom,
      )
    : right;
  const hemmed = down.bend((outside + inside) / 2, bottom + 1.4, inside, bottom);
  const whole = full
    ? hemmed
        .curve(
          inside + (kneeMiddle - knee / 2 - inside) * 0.3,
          bottom - 18,
          kneeMiddle - knee / 2,
          kneeHeight + 14,
          kneeMiddle - knee / 2,
          kneeHeight,
        )
        .curve(kneeMiddle - knee / 2, kneeHeight - 14, 1.6, fork + 12, -0.2, fork)
        .close()
    : hemmed.curve(inside, bottom - 4, 1.2, fork + 4, -0.2, fork).close();
  const folds: Fold[] = cut.tight
    ? [
        ...pulledFolds(random, 2, fork - 2, 60, 12, 2, 0.7),
        ...pulledFolds(random, kneeMiddle - 3, kneeHeight, 60, 7, 2, 0.6),
      ]
    : [
        ...pulledFolds(random, 2.5, fork - 4, 62, 18, 3, 0.8),
        ...(full ? pulledFolds(random, kneeMiddle - knee * 0.3, kneeHeight - 2, 62, 13, 2, 0.55) : []),
        ...hangingFolds(random, 2, legHem * 0.4, kneeHeight - 10, bottom).map((fold) => ({
          ...fold,
          x: fold.x + hemMiddle,
        })),
        ...(full && cut.hem < cut.knee + 2 ? pulledFolds(random, outside - 2, bottom - 16, -64, 12, 2, 0.5) : []),
      ];
  sketch.panels(whole, { part: 'leg', folds, axis: full ? 4 : 2, grain: full ? -3 : -1 });
  sketch.line(Outline.from(0, top).line(0, fork), { width: 0.45, opacity: 0.6 });

  drawLegDetails(sketch, look, {
    ...cut,
    top,
    bottom,
    fork,
    kneeHeight,
    kneeMiddle,
    hemMiddle,
    inside,
    outside,
    legHem,
    full,
  });
  drawWaistband(sketch, look, cut, top);
  if (front && cut.fly) {
    sketch.stitch(
      Outline.from(-4.2, top + 4)
        .line(-4.2, top + cut.rise * 0.5)
        .bend(-4, top + cut.rise * 0.66, -0.4, top + cut.rise * 0.74),
      {
        colour: stitchColour(sketch, look, cut),
        opacity: 0.9,
      },
    );
  }
  drawLegPockets(sketch, look, cut, top);
}

interface LegFrame extends LegCut {
  readonly top: number;
  readonly bottom: number;
  readonly fork: number;
  readonly kneeHeight: number;
  readonly kneeMiddle: number;
  readonly hemMiddle: number;
  readonly inside: number;
  readonly outside: number;
  readonly legHem: number;
  readonly full: boolean;
}

function tailored(cut: LegCut, look: Look): LegCut {
  const { fit, length, waist } = look.features;
  const child = look.department === 'girls' || look.department === 'boys';
  const wider = fit === 'slim' ? 0.88 : fit === 'relaxed' ? 1.14 : 1;
  const leg = cut.length - cut.rise;
  const shorter = length === 'ankle' ? 0.84 : length === 'short' ? 0.55 : length === 'bermuda' ? 1.5 : 1;
  const rise = cut.rise * (waist === 'high' ? 1.22 : 1);
  return {
    ...cut,
    waist: cut.waist * (waist === 'high' ? 0.94 : 1) * around(look.random, 1, 0.03),
    knee: cut.knee * wider * around(look.random, 1, 0.04),
    hem: cut.hem * wider * around(look.random, 1, 0.05),
    rise,
    length: rise + leg * shorter * (child ? 0.82 : 1),
  };
}

function stitchColour(sketch: Sketch, look: Look, cut: LegCut): string {
  if (look.features.trim === 'contrastStitch') return sketch.palette.trim;
  return cut.jeans ? mix('#c98a3c', sketch.palette.first, 0.25) : sketch.seamColour();
}

function drawWaistband(sketch: Sketch, look: Look, cut: LegCut, top: number): void {
  const style = cut.waistband ?? 'band';
  if (style === 'none') return;
  const front = look.facing === 'front';
  const { waist } = look.features;
  const elastic = style === 'elastic' || waist === 'elastic' || waist === 'drawstring';
  const height = elastic ? 4.6 : waist === 'high' ? 5.4 : 4;
  const band = Outline.from(-cut.waist, top - 0.4)
    .bend(0, top + (front ? 1.6 : -1.2), cut.waist, top - 0.4)
    .line(cut.waist + 0.5, top + height)
    .bend(0, top + height + (front ? 1.8 : -0.6), -cut.waist - 0.5, top + height)
    .close();
  const contrast = look.features.trim === 'ringer' ? { paint: sketch.palette.trim } : {};
  if (front && !elastic) {
    sketch.panel(
      Outline.from(-cut.waist + 1, top)
        .bend(0, top - 2.6, cut.waist - 1, top)
        .bend(0, top + 2, -cut.waist + 1, top)
        .close(),
      {
        paint: sketch.insideColour(),
        shade: 'none',
        edge: 0.3,
      },
    );
  }
  sketch.panel(band, { part: 'waistband', ...contrast, ...(elastic ? { weave: fabrics.ribbed } : {}) });
  const stitches = stitchColour(sketch, look, cut);
  if (!elastic) {
    sketch.stitch(
      Outline.from(-cut.waist, top + height - 0.9).bend(0, top + height + 0.9, cut.waist, top + height - 0.9),
      { colour: stitches },
    );
    for (const x of [-cut.waist * 0.72, -cut.waist * 0.36, cut.waist * 0.36, cut.waist * 0.72]) {
      sketch.panel(Outline.box(x - 0.7, top - 0.2, 1.4, height + 1.2, 0.2), { shade: 'flat', edge: 0.35 });
    }
    if (front && waist !== 'belt' && waist !== 'sash') {
      sketch.button(
        0,
        top + height * 0.62,
        1.3,
        cut.jeans
          ? '#b58a4c'
          : sketch.palette.trim === sketch.palette.first
            ? lighter(sketch.palette.first, 0.3)
            : sketch.palette.trim,
        'waistband',
      );
    }
  } else {
    for (let x = -cut.waist + 1.6; x < cut.waist; x += 1.9) {
      sketch.line(Outline.from(x, top + 0.4).line(x * 1.01, top + height + 2.4), { width: 0.35, opacity: 0.3 });
    }
  }
  if (waist === 'drawstring' && front) {
    for (const [x, reach] of [
      [1.4, 15],
      [-1.6, 12.6],
    ] as const) {
      const cord = Outline.from(x, top + height * 0.6).curve(x * 2, top + 9, x * 1.2, top + 12, x * 2.4, top + reach);
      sketch.line(cord, {
        part: 'waistband',
        width: 1.3,
        colour: mix(sketch.palette.trim, '#000000', 0.4),
        opacity: 0.5,
        round: true,
      });
      sketch.line(cord, {
        width: 0.9,
        colour: sketch.palette.trim === sketch.palette.first ? '#f0ede6' : sketch.palette.trim,
        opacity: 1,
        round: true,
      });
    }
  }
  if (waist === 'pleats' && front) {
    for (const [x, reach] of [
      [6.4, 16],
      [9.6, 12],
    ] as const) {
      sketch.lines(
        Outline.from(x, top + height).bend(x + 0.6, top + height + reach * 0.6, x + 0.2, top + height + reach),
        { part: 'waistband', width: 0.7, opacity: 0.7 },
      );
      for (const side of [1, -1])
        sketch.glow(side * (x + 1), top + height + reach * 0.4, 1.2, reach * 0.5, '#0a0a18', 0.3);
    }
  }
  if (waist === 'belt' || waist === 'sash' || waist === 'bow') drawBelt(sketch, look, cut.waist + 0.8, top + 2);
}

function drawLegPockets(sketch: Sketch, look: Look, cut: LegCut, top: number): void {
  const { pockets } = look.features;
  const stitches = stitchColour(sketch, look, cut);
  if (look.facing === 'back') {
    if (cut.jeans) {
      sketch.line(
        Outline.from(-cut.waist, top + 6)
          .line(0, top + 11)
          .line(cut.waist, top + 6),
        { width: 0.5, opacity: 0.6 },
      );
      sketch.stitch(
        Outline.from(-cut.waist, top + 7)
          .line(0, top + 12)
          .line(cut.waist, top + 7),
        { colour: stitches },
      );
      for (const side of [1, -1]) {
        const x = side * cut.hip * 0.5;
        patch(sketch, x, top + 12, cut.hip * 0.6, cut.hip * 0.68);
        sketch.stitch(Outline.from(x - 4, top + 17).bend(x, top + 21, x + 4, top + 17), { colour: stitches });
      }
    } else if (pockets === 'slant' || pockets === 'cargo') {
      for (const side of [1, -1]) {
        const x = side * cut.hip * 0.5;
        sketch.line(Outline.from(x - 5, top + 11).line(x + 5, top + 11), {
          part: 'pocket',
          side: side > 0 ? 'right' : 'left',
          width: 0.9,
          opacity: 0.6,
        });
      }
    }
    return;
  }
  if (pockets === 'scoop') {
    const mouth = Outline.from(cut.waist * 0.46, top + 4.4).curve(
      cut.waist * 0.5,
      top + 10,
      cut.waist * 0.8,
      top + 12,
      cut.hip * 0.97,
      top + 12,
    );
    sketch.lines(mouth, { part: 'pocket', width: 0.7, opacity: 0.7 });
    sketch.stitches(mouth.shifted(-0.6, 0.9), { colour: stitches });
    if (cut.jeans) {
      sketch.button(cut.waist * 0.47, top + 5.4, 0.55, '#b58a4c', 'pocket');
      sketch.button(-cut.waist * 0.47, top + 5.4, 0.55, '#b58a4c', 'pocket');
    }
    return;
  }
  if (pockets === 'slant' || pockets === 'cargo' || pockets === 'sides') {
    const mouth = Outline.from(cut.waist * 0.66, top + 4.6).line(cut.hip * 0.96, top + 18);
    sketch.lines(mouth, { width: 0.7, opacity: 0.7, ...(pockets === 'cargo' ? {} : { part: 'pocket' as const }) });
    sketch.stitches(mouth.shifted(-0.9, 0.4), { colour: stitches });
  }
  if (pockets === 'cargo') {
    const y = top + cut.rise + Math.min(16, (cut.length - cut.rise) * 0.25);
    for (const side of [1, -1]) {
      const x = side * (cut.hip * 0.82 + 1.6);
      patch(sketch, x, y, 12, 15);
      sketch.line(Outline.from(x, y + 3).line(x, y + 14), { width: 0.5, opacity: 0.5 });
      flap(sketch, x, y - 0.6, 12.8, 4.8);
    }
  }
  if (pockets === 'patch') for (const side of [1, -1]) patch(sketch, side * cut.hip * 0.56, top + 8, 10, 12);
  if (pockets === 'zipped') {
    const slit = Outline.from(cut.hip * 0.9, top + 6).line(cut.hip * 0.97, top + 18);
    sketch.lines(slit, { part: 'pocket', width: 1.6, opacity: 0.7 });
    sketch.lines(slit, { width: 0.7, colour: sketch.palette.metal, opacity: 1, dashes: '0.5 0.4' });
  }
}

function drawLegDetails(sketch: Sketch, look: Look, frame: LegFrame): void {
  const { hem, trim, waist } = look.features;
  const stitches = stitchColour(sketch, look, frame);
  const { inside, outside, bottom } = frame;
  if (frame.jeans) {
    const seam = Outline.from(frame.inside + 1, bottom - 1).curve(
      frame.inside + 1.6,
      bottom - 18,
      frame.kneeMiddle - frame.knee / 2 + 1,
      frame.kneeHeight + 6,
      1,
      frame.fork + 1,
    );
    if (frame.full) sketch.stitches(seam, { colour: stitches, opacity: 0.7 });
  }
  if (trim === 'stripes') {
    for (const offset of [0.9, 2.6]) {
      const stripe = Outline.from(frame.hip - offset, frame.top + frame.rise * 0.6).curve(
        frame.hip + 0.4 - offset,
        frame.fork + 6,
        frame.full ? frame.kneeMiddle + frame.knee / 2 - offset : outside - offset,
        frame.kneeHeight,
        outside - offset,
        bottom - 0.6,
      );
      sketch.lines(stripe, { part: 'trim', width: 1.1, colour: sketch.palette.trim, opacity: 1 });
    }
  }
  if (trim === 'faded') {
    const reach = (bottom - frame.fork) * (frame.full ? 0.32 : 0.42);
    for (const side of [1, -1])
      sketch.glow(
        side * frame.kneeMiddle,
        frame.fork + reach * (frame.full ? 0.7 : 1.02),
        frame.knee * 0.4,
        reach,
        '#ffffff',
        0.55,
        -side * 3,
      );
  }
  if (trim === 'distressed' && look.facing === 'front') {
    const leg = bottom - frame.fork;
    const holes = frame.full
      ? ([
          [1, frame.kneeHeight - 2, 8],
          [-1, frame.kneeHeight + 4, 9],
          [1, frame.fork + 15, 5],
        ] as const)
      : ([
          [1, frame.fork + leg * 0.25, 8],
          [-1, frame.fork + leg * 0.5, 9],
          [1, frame.fork + leg * 0.7, 5],
        ] as const);
    for (const [side, y, width] of holes) {
      const x = side * frame.kneeMiddle;
      const hole = Outline.smooth([
        [x - width / 2, y],
        [x, y - 1.7],
        [x + width / 2, y + 0.2],
        [x, y + 2],
      ]);
      sketch.mark(hole, '#e9d9c9', { part: 'leg', side: side > 0 ? 'right' : 'left' });
      for (const offset of [-0.9, 0, 0.9]) {
        sketch.line(Outline.from(x - width * 0.42, y + offset).line(x + width * 0.42, y + offset + 0.2), {
          width: 0.4,
          colour: '#f7f5ef',
          opacity: 1,
        });
      }
    }
  }
  if (trim === 'crease') {
    sketch.lines(
      Outline.from(frame.kneeMiddle - 2, frame.fork - 12).curve(
        frame.kneeMiddle,
        frame.fork + 10,
        frame.kneeMiddle,
        frame.kneeHeight,
        frame.hemMiddle,
        bottom,
      ),
      { part: 'leg', width: 0.6, opacity: 0.55 },
    );
    sketch.lines(
      Outline.from(frame.kneeMiddle - 1.2, frame.fork - 8).curve(
        frame.kneeMiddle + 0.8,
        frame.fork + 10,
        frame.kneeMiddle + 0.8,
        frame.kneeHeight,
        frame.hemMiddle + 0.8,
        bottom,
      ),
      { width: 0.8, colour: '#ffffff', opacity: 0.25 },
    );
  }
  const rim = (height: number, flare: number): Outline =>
    Outline.from(inside - flare, bottom - height)
      .bend((inside + outside) / 2, bottom - height + 1.4, outside + flare, bottom - height)
      .line(outside + flare * 0.6, bottom + 0.6)
      .bend((inside + outside) / 2, bottom + 2.2, inside - flare * 0.6, bottom + 0.6)
      .close();
  switch (hem) {
    case 'turnUps':
      sketch.panels(rim(5, 0.7), {
        part: 'hem',
        paint: frame.jeans ? lighter(sketch.palette.first, 0.4) : 'cloth',
        grain: 90,
      });
      return;
    case 'cuffed':
      sketch.panels(rim(7, 0.3), { part: 'hem', paint: sketch.palette.trim, weave: fabrics.ribbed });
      return;
    case 'raw':
      sketch.lines(Outline.from(inside, bottom + 0.7).bend((inside + outside) / 2, bottom + 2, outside, bottom + 0.7), {
        part: 'hem',
        width: 2,
        colour: '#ece8dd',
        opacity: 0.95,
        dashes: '0.4 0.45',
      });
      return;
    case 'slits':
      sketch.lines(Outline.from(outside - 2.4, bottom + 0.8).line(outside - 2.8, bottom - 9), {
        part: 'hem',
        width: 0.9,
        opacity: 0.9,
      });
      return;
    case 'lace':
      sketch.lines(Outline.from(inside, bottom).bend((inside + outside) / 2, bottom + 1.6, outside, bottom), {
        part: 'hem',
        width: 2.6,
        colour: '#f3efe8',
        opacity: 1,
        dashes: '1.4 0.4',
      });
      return;
    default:
      if (!frame.tight || waist === undefined) {
        sketch.stitches(
          Outline.from(inside + 0.3, bottom - 2).bend((inside + outside) / 2, bottom - 0.8, outside - 0.3, bottom - 2),
          { part: 'hem', colour: stitches },
        );
      }
  }
}
