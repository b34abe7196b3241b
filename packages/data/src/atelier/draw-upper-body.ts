import { buttonColour } from './button-colour.ts';
import { lightness, mix } from './colours.ts';
import { drawClosure } from './draw-closure.ts';
import { drawCollar, drawHoodBehind } from './draw-collar.ts';
import { drawLace, drawRib, drawRuffle, laceColour } from './draw-hems.ts';
import { drawLegs, type LegCut } from './draw-lower-body.ts';
import { drawUpperPockets } from './draw-pockets.ts';
import { drawBelt, drawPeplum, drawSkirtPanel, type SkirtCut } from './draw-skirt.ts';
import { drawSleeves } from './draw-sleeves.ts';
import { fabrics } from './fabrics.ts';
import { around, hangingFolds, type Look, pulledFolds } from './look.ts';
import { motifs } from './motifs.ts';
import { Outline } from './outline.ts';
import type { Fold, Sketch } from './sketch.ts';

/** How a garment for the upper body is cut; half widths and heights in centimetres from the neck point. */
export interface UpperCut {
  readonly shoulder: number;
  readonly chest: number;
  readonly waist: number;
  readonly hem: number;
  /** Down to the hem, or to the waist seam if a skirt or legs follow. */
  readonly length: number;
  readonly sleeveWidth?: number;
  /** The half width and depth of the neck opening; features change them. */
  readonly neck?: number;
  readonly ribHem?: boolean;
  readonly ribCuffs?: boolean;
  /** How far the front is open, as a V: cardigans, blazers, wraps. */
  readonly openTo?: number;
  /** Horizontal chambers of down. */
  readonly quilted?: boolean;
  readonly skirt?: SkirtCut;
  readonly legs?: LegCut;
  readonly shirtCuffs?: boolean;
  /** Cut away at the arm, like a vest top. */
  readonly cutAway?: number;
  /** Held by straps: the height of the top edge. */
  readonly strapTop?: number;
}

interface Neck {
  /** The half width at the shoulder. */
  readonly width: number;
  readonly depth: number;
  /** From the middle of the front up to the shoulder, right side. */
  readonly edge: (outline: Outline) => Outline;
}

const backDepth = 2.2;

/** The neck opening that the features define. */
function neckOf(cut: UpperCut, look: Look): Neck {
  const base = cut.neck ?? 8.5;
  if (look.facing === 'back') return roundNeck(base, backDepth + 0.3);
  if (cut.openTo !== undefined) return vNeck(base, cut.openTo);
  const collar = look.features.collar;
  if (collar === 'camp') return vNeck(base - 0.5, 15);
  if (collar !== undefined && collar !== 'none') return roundNeck(base - 0.7, 6);
  switch (look.features.neckline) {
    case 'v':
      return vNeck(base + 0.5, 20);
    case 'plunge':
      return vNeck(base + 1.5, 29);
    case 'scoop':
      return roundNeck(base + 3, 18);
    case 'boat':
      return roundNeck(base + 6.5, 4.6);
    case 'square':
      return squareNeck(base + 2, 14);
    case 'turtle':
      return roundNeck(base - 1, 3.5);
    case 'mock':
      return roundNeck(base - 1, 3.2);
    case 'sweetheart':
      return sweetheartNeck(base + 3, 15);
    default:
      return roundNeck(base, 8.8);
  }
}

function roundNeck(width: number, depth: number): Neck {
  return { width, depth, edge: (outline) => outline.curve(width * 0.55, depth, width * 0.98, depth * 0.62, width, 0) };
}

function vNeck(width: number, depth: number): Neck {
  return {
    width,
    depth,
    edge: (outline) => outline.curve(width * 0.38, depth * 0.62, width * 0.82, depth * 0.3, width, 0),
  };
}

function squareNeck(width: number, depth: number): Neck {
  return { width, depth, edge: (outline) => outline.line(width * 0.9, depth).line(width, 0) };
}

function sweetheartNeck(width: number, depth: number): Neck {
  return {
    width,
    depth,
    edge: (outline) =>
      outline.curve(width * 0.3, depth - 4.5, width * 0.75, depth - 4, width * 0.92, depth - 2).line(width, 0),
  };
}

/** T-shirts, shirts, knitwear, jackets, coats, and the upper part of dresses and jumpsuits. */
export function drawUpperBody(sketch: Sketch, look: Look, given: UpperCut): void {
  const cut = tailored(given, look);
  const { features, facing, random } = look;
  const front = facing === 'front';
  const strapped = cut.strapTop !== undefined;
  const neck = neckOf(cut, look);
  const cape = features.sleeve === 'none' || features.sleeve === undefined;
  const shoulder = cape && !strapped ? cut.shoulder - (cut.cutAway ?? 1.5) : cut.shoulder;
  const armpit = { x: cut.chest, y: 25 };

  if (features.collar === 'hood' || features.collar === 'fur') drawHoodBehind(sketch, look, neck);
  else if (front && !strapped) drawInside(sketch, look, neck);
  if (strapped) drawStraps(sketch, look, cut);
  if (cut.skirt) drawSkirtPanel(sketch, look, cut.skirt, cut.length, cut.waist);
  if (cut.legs) drawLegs(sketch, look, { ...cut.legs, waist: cut.waist }, cut.length - 0.6);
  if (!cape) {
    drawSleeves(sketch, look, {
      shoulder: { x: shoulder, y: 4.6 },
      armpit,
      width: cut.sleeveWidth ?? 9,
      ribCuffs: cut.ribCuffs ?? false,
      shirtCuffs: cut.shirtCuffs ?? false,
      quilted: cut.quilted ?? false,
    });
  }

  const half = strapped ? strapHalf(cut, look) : shoulderHalf(cut, neck, shoulder, armpit, cape);
  const bodice = hemmed(half, cut, look);
  const halfWidth = Math.min(cut.waist, cut.hem) * 0.95;
  const folds: Fold[] = cut.quilted
    ? []
    : [
        ...hangingFolds(random, 4, halfWidth, 20, cut.length, joinedBelow(cut) ? 0.5 : 0.85),
        ...[1, -1].flatMap((side) => pulledFolds(random, side * (armpit.x - 1), armpit.y - 2, side * 32, 24, 2, 0.8)),
      ];
  sketch.panel(bodice, { part: 'bodice', folds });

  if (cut.quilted) drawChambers(sketch, cut, random);
  if (features.trim === 'quilting') drawDiamonds(sketch, cut);
  if (cut.ribHem) drawRib(sketch, -cut.hem, cut.hem, cut.length - 5.5, cut.length + 0.4);
  if (features.hem === 'peplum') drawPeplum(sketch, look, cut.waist, cut.length);
  if (features.trim === 'cable' && front) drawCables(sketch, cut);
  if (cape && !strapped) {
    const armhole = armholeCurve(Outline.from(shoulder, 4.6), shoulder, armpit, true);
    sketch.lines(armhole, {
      width: features.trim === 'ringer' || features.trim === 'tipping' ? 1.6 : 0.7,
      colour: features.trim === 'ringer' || features.trim === 'tipping' ? sketch.palette.trim : sketch.seamColour(),
      opacity: features.trim === 'ringer' || features.trim === 'tipping' ? 1 : 0.45,
    });
  } else if (!strapped && features.trim !== 'raglan') {
    sketch.lines(armholeCurve(Outline.from(shoulder, 4.6), shoulder, armpit, false), { width: 0.4, opacity: 0.5 });
  } else if (features.trim === 'raglan') {
    drawRaglan(sketch, neck, shoulder, armpit);
  }
  if (!strapped) drawNeckBand(sketch, look, neck);
  else drawTopEdge(sketch, look, cut);
  if (!cut.ribHem && !joinedBelow(cut) && features.hem !== 'ruffled') {
    sketch.stitch(hemLine(cut, look, -1.6));
  }
  if (features.hem === 'ruffled' && !joinedBelow(cut)) drawRuffle(sketch, -cut.hem, cut.hem, cut.length - 2, 8);
  if (features.hem === 'lace' && !joinedBelow(cut)) drawLace(sketch, -cut.hem, cut.hem, cut.length - 2);

  if (front) {
    drawUpperPockets(sketch, look, cut);
    drawClosure(sketch, look, {
      top: neck.depth + (features.collar === 'stand' ? 1 : 0),
      bottom: cut.length - (cut.ribHem ? 4.5 : 0.4),
      chest: cut.chest,
      overlap: cut.openTo !== undefined,
    });
    if (look.motif) {
      const size = cut.chest * 0.42;
      sketch.motif(motifs[look.motif].data, 0, neck.depth + 5 + size, size, sketch.palette.second);
    }
    if (features.trim === 'embroidery') {
      sketch.motif(motifs.star.data, cut.chest * 0.48, 21, 2.6, sketch.palette.second);
      sketch.name('ornament', Outline.ellipse(cut.chest * 0.48, 21, 2.6, 2.6));
    }
  } else {
    sketch.line(Outline.from(-cut.chest * 0.8, 14).bend(0, 16.5, cut.chest * 0.8, 14), { width: 0.35, opacity: 0.35 });
  }
  if (features.trim === 'tipping' && front && cut.openTo !== undefined) {
    sketch.lines(neck.edge(Outline.from(0, neck.depth)).shifted(0, 0), {
      part: 'trim',
      width: 1.3,
      colour: sketch.palette.trim,
      opacity: 1,
    });
    sketch.line(Outline.from(0, neck.depth).line(0, cut.length), {
      width: 1.3,
      colour: sketch.palette.trim,
      opacity: 1,
    });
  }
  if (features.trim === 'epaulettes') {
    sketch.panels(
      Outline.polygon([neck.width + 3, 2.6], [shoulder + 0.5, 4.2], [shoulder + 0.3, 7.6], [neck.width + 3.4, 5.6]),
      { part: 'trim', shade: 'flat' },
    );
    sketch.button(neck.width + 4.6, 4.4, 0.9, sketch.palette.trim, 'trim');
    sketch.button(-neck.width - 4.6, 4.4, 0.9, sketch.palette.trim, 'trim');
  }
  if (features.waist === 'belt' || features.waist === 'sash' || features.waist === 'bow') {
    const waistHeight = joinedBelow(cut) ? cut.length - 1 : Math.min(45, cut.length - 8);
    drawBelt(sketch, look, cut.waist + (joinedBelow(cut) ? 0.4 : 0.7), waistHeight);
  }
  drawCollar(sketch, look, neck, cut.openTo);
}

/** The length of a bodice relative to its cut. */
const lengths: Readonly<Record<string, number>> = {
  cropped: 0.74,
  long: 1.24,
  mini: 0.8,
  knee: 1,
  midi: 1.25,
  maxi: 1.5,
};

function joinedBelow(cut: UpperCut): boolean {
  return cut.skirt !== undefined || cut.legs !== undefined;
}

/** The cut, adapted to department, fit and length. */
function tailored(cut: UpperCut, look: Look): UpperCut {
  const { fit, length } = look.features;
  const female = look.department === 'women' || look.department === 'girls';
  const child = look.department === 'girls' || look.department === 'boys';
  const width = (fit === 'slim' ? 0.91 : fit === 'relaxed' ? 1.13 : 1) * (female ? 0.96 : 1);
  const waist = width * (female ? (fit === 'relaxed' ? 0.99 : 0.93) : 1) * around(look.random, 1, 0.02);
  // Skirts and legs apply the length themselves; here it moves the hem of garments without them.
  const stretch = joinedBelow(cut) ? 1 : (lengths[length ?? 'hip'] ?? 1) * (child ? 0.84 : 1);
  return {
    ...cut,
    shoulder: cut.shoulder * (fit === 'relaxed' ? 1.08 : 1) * (female ? 0.95 : 1),
    chest: cut.chest * width,
    waist: cut.waist * waist,
    hem: cut.hem * width * around(look.random, 1, 0.03),
    length: cut.length * stretch * around(look.random, 1, 0.02),
  };
}

function armholeCurve(outline: Outline, shoulder: number, armpit: { x: number; y: number }, cape: boolean): Outline {
  const inward = cape ? shoulder - 3.4 : Math.min(shoulder, armpit.x) - 2.6;
  return outline.curve(inward + 1, 10, inward, 20, armpit.x, armpit.y);
}

function shoulderHalf(
  cut: UpperCut,
  neck: Neck,
  shoulder: number,
  armpit: { x: number; y: number },
  cape: boolean,
): Outline {
  const top = neck.edge(Outline.from(0, neck.depth)).bend((neck.width + shoulder) / 2, 1.6, shoulder, 4.6);
  return sideSeam(armholeCurve(top, shoulder, armpit, cape), cut, armpit);
}

function strapHalf(cut: UpperCut, look: Look): Outline {
  const top = cut.strapTop ?? 14;
  const { neckline } = look.features;
  const outer = cut.chest * 0.66;
  let outline: Outline;
  if (look.facing === 'back')
    outline = Outline.from(0, top + 6).curve(outer * 0.5, top + 6, outer * 0.8, top + 4, outer, top + 3);
  else if (neckline === 'v')
    outline = Outline.from(0, top + 9).curve(outer * 0.3, top + 5, outer * 0.8, top + 1, outer, top - 2);
  else if (neckline === 'sweetheart')
    outline = Outline.from(0, top + 5).curve(outer * 0.25, top - 2, outer * 0.75, top - 4, outer, top);
  else if (neckline === 'scoop')
    outline = Outline.from(0, top + 6).curve(outer * 0.5, top + 6, outer * 0.9, top + 2, outer, top - 3);
  else outline = Outline.from(0, top).line(outer, top);
  const armpit = { x: cut.chest * 0.97, y: 25 };
  return sideSeam(outline.curve(outer + 1.5, 19, cut.chest * 0.85, 23, armpit.x, armpit.y), cut, armpit);
}

function sideSeam(outline: Outline, cut: UpperCut, armpit: { x: number; y: number }): Outline {
  const waistHeight = joinedBelow(cut) ? cut.length : Math.min(44, cut.length * 0.72);
  const below = cut.length - waistHeight;
  const down = outline.curve(
    armpit.x - 0.4,
    armpit.y + (waistHeight - armpit.y) * 0.4,
    cut.waist + 0.3,
    waistHeight - (waistHeight - armpit.y) * 0.35,
    cut.waist,
    waistHeight,
  );
  return below < 1
    ? down
    : down.curve(cut.waist - 0.2, waistHeight + below * 0.35, cut.hem, cut.length - below * 0.4, cut.hem, cut.length);
}

function hemmed(half: Outline, cut: UpperCut, look: Look): Outline {
  const { hem } = look.features;
  if (hem === 'curved') {
    return Outline.symmetrical(
      half.curve(cut.hem * 0.9, cut.length + 2, cut.hem * 0.6, cut.length + 7, 0, cut.length + 7),
    );
  }
  if (hem === 'asymmetric') {
    return Outline.symmetrical(half.bend(cut.hem * 0.4, cut.length + 3, 0, cut.length + 6));
  }
  if (hem === 'slits') {
    return Outline.symmetrical(
      half
        .line(cut.hem - 2.2, cut.length - 9)
        .line(cut.hem - 2.6, cut.length + 1.2)
        .bend(cut.hem * 0.4, cut.length + 2, 0, cut.length + 2),
    );
  }
  return Outline.symmetrical(
    half.bend(
      cut.hem * 0.5,
      cut.length + (joinedBelow(cut) ? 0.6 : 1.6),
      0,
      cut.length + (joinedBelow(cut) ? 0.6 : 1.6),
    ),
  );
}

function hemLine(cut: UpperCut, look: Look, offset: number): Outline {
  const y = cut.length + offset;
  if (look.features.hem === 'curved') {
    return Outline.from(-cut.hem + 1, y)
      .curve(-cut.hem * 0.9, y + 2, -cut.hem * 0.6, y + 7, 0, y + 7)
      .curve(cut.hem * 0.6, y + 7, cut.hem * 0.9, y + 2, cut.hem - 1, y);
  }
  if (look.features.hem === 'asymmetric')
    return Outline.from(-cut.hem + 1, y)
      .bend(-cut.hem * 0.3, y + 4, 0, y + 6)
      .bend(cut.hem * 0.3, y + 4, cut.hem - 1, y);
  return Outline.from(-cut.hem + 0.6, y).bend(0, y + 1.8, cut.hem - 0.6, y);
}

/** The cloth behind the neck opening, and the label in it. */
function drawInside(sketch: Sketch, look: Look, neck: Neck): void {
  const half = Outline.from(0, backDepth).curve(neck.width * 0.6, backDepth, neck.width * 0.9, 1, neck.width, 0);
  const lower = neck.edge(Outline.from(0, neck.depth)).mirrored();
  const whole = Outline.symmetrical(
    half.line(neck.width * 0.96, neck.depth * 0.4).bend(neck.width * 0.7, neck.depth + 1, 0, neck.depth + 1.2),
  );
  sketch.panel(whole, { paint: sketch.insideColour(), shade: 'flat', edge: 0.3 });
  sketch.name('neckline', lower);
  if (look.features.collar === undefined || look.features.collar === 'none') {
    sketch.mark(Outline.box(-1.7, backDepth + 0.8, 3.4, 2.2, 0.3), mix('#f4f2ec', sketch.palette.second, 0.15));
  }
}

function drawNeckBand(sketch: Sketch, look: Look, neck: Neck): void {
  const { collar, neckline, trim } = look.features;
  if (collar !== undefined && collar !== 'none' && look.facing === 'front') return;
  const half = neck.edge(Outline.from(0, neck.depth));
  if (look.facing === 'front' && (neckline === 'turtle' || neckline === 'mock')) {
    const height = neckline === 'turtle' ? 9.5 : 5;
    const outer = neck.width + 0.9;
    const tube = Outline.symmetrical(
      Outline.from(0, -height + 0.7)
        .curve(outer * 0.5, -height + 0.7, outer * 0.9, -height, outer - 0.4, -height - 0.4)
        .curve(outer + 0.6, -height * 0.5, outer + 0.7, 0, outer + 0.7, 1.4)
        .curve(outer * 0.8, neck.depth + 1.2, outer * 0.4, neck.depth + 2.2, 0, neck.depth + 2.2),
    );
    sketch.panel(Outline.ellipse(0, -height + 0.1, outer - 0.6, 1.6), { paint: sketch.insideColour(), shade: 'none' });
    sketch.panel(tube, { part: 'neckline', weave: fabrics.ribbed });
    if (neckline === 'turtle') {
      sketch.line(Outline.from(-outer, -0.6).bend(0, 3.4, outer, -0.6), { width: 0.6, opacity: 0.5 });
    }
    return;
  }
  if (look.facing === 'back' && (neckline === 'turtle' || neckline === 'mock')) {
    const height = neckline === 'turtle' ? 9 : 5;
    const outer = neck.width;
    sketch.panel(
      Outline.symmetrical(
        Outline.from(0, -height)
          .line(outer - 0.4, -height)
          .line(outer + 0.5, 1)
          .bend(outer * 0.5, 4, 0, 4),
      ),
      { part: 'neckline', weave: fabrics.ribbed },
    );
    return;
  }
  const contrast = trim === 'ringer' || trim === 'tipping';
  const colour = contrast ? sketch.palette.trim : mix(sketch.palette.first, sketch.seamColour(), 0.28);
  const band = contrast ? 2.2 : 1.7;
  const edge = neck.edge(Outline.from(0, neck.depth));
  sketch.lines(edge, { part: contrast ? 'trim' : 'neckline', width: band, colour, opacity: 1, round: true });
  sketch.lines(half.shifted(0, band * 0.62), { width: 0.3, opacity: 0.5 });
  sketch.name(
    'neckline',
    Outline.box(-neck.width, Math.min(0, neck.depth - 4), 2 * neck.width, Math.max(neck.depth, 4)),
  );
  if (neckline === 'henley' && look.facing === 'front') {
    const plate = Outline.box(-1.8, neck.depth - 0.4, 3.6, 15, 0.4);
    sketch.panel(plate, { part: 'neckline', shade: 'flat' });
    for (let i = 0; i < 3; i++) sketch.button(0, neck.depth + 2.4 + i * 4.6, 0.9, buttonColour(sketch), 'neckline');
  }
}

function drawTopEdge(sketch: Sketch, look: Look, cut: UpperCut): void {
  if (look.facing !== 'front') return;
  const top = cut.strapTop ?? 14;
  sketch.name('neckline', Outline.box(-cut.chest * 0.66, top - 3, cut.chest * 1.32, 12));
  if (look.features.trim === 'piping' || look.features.hem === 'lace') {
    const outer = cut.chest * 0.66;
    const edge =
      look.features.neckline === 'v'
        ? Outline.from(0, top + 9).curve(outer * 0.3, top + 5, outer * 0.8, top + 1, outer, top - 2)
        : Outline.from(0, top).line(outer, top);
    if (
      look.features.neckline === 'v' ||
      look.features.neckline === 'straight' ||
      look.features.neckline === undefined
    ) {
      sketch.lines(edge, {
        width: look.features.hem === 'lace' ? 2.4 : 1.2,
        colour: look.features.hem === 'lace' ? laceColour(sketch) : sketch.palette.trim,
        opacity: 1,
        ...(look.features.hem === 'lace' ? { dashes: '1.2 0.5' } : { part: 'trim' as const }),
      });
    }
  }
}

function drawStraps(sketch: Sketch, look: Look, cut: UpperCut): void {
  const { strap } = look.features;
  const top = cut.strapTop ?? 14;
  const x = cut.chest * 0.62;
  const front = look.facing === 'front';
  if (strap === 'none' || strap === undefined) return;
  if (strap === 'halter' && front) {
    sketch.panels(Outline.polygon([x - 3, top + 1], [x, top - 1], [4.6, -6], [1.6, -6]), {
      part: 'strap',
      shade: 'flat',
    });
    sketch.panel(Outline.box(-5, -7.4, 10, 2.6, 1), { part: 'strap', shade: 'flat' });
    return;
  }
  const width = strap === 'wide' ? 5.2 : 1.3;
  const far = front ? top - 1 : top + 4;
  sketch.panels(Outline.polygon([x - width, far + 2], [x, far], [x - 2.4, -3], [x - 2.4 - width, -3]), {
    part: 'strap',
    shade: 'flat',
  });
  if (strap === 'tied') {
    for (const side of [1, -1]) {
      for (const lean of [-34, 28]) {
        const tip = (lean * Math.PI) / 180;
        const [fromX, fromY] = [side * (x - 3), -3];
        sketch.panel(
          Outline.from(fromX, fromY)
            .bend(fromX + Math.sin(tip) * 4 - 1.4, fromY - 3, fromX + Math.sin(tip) * 7, fromY - 5)
            .bend(fromX + Math.sin(tip) * 5 + 1.6, fromY - 1, fromX, fromY)
            .close(),
          { part: 'strap', side: side > 0 ? 'right' : 'left', shade: 'flat' },
        );
      }
    }
  }
}

function drawRaglan(sketch: Sketch, neck: Neck, shoulder: number, armpit: { x: number; y: number }): void {
  const piece = Outline.from(neck.width - 0.4, 0)
    .bend((neck.width + shoulder) / 2, 1.4, shoulder + 0.4, 4.6)
    .curve(shoulder + 0.6, 12, armpit.x - 0.5, 20, armpit.x, armpit.y)
    .curve(armpit.x - 6, 17, neck.width + 3, 8, neck.width - 0.6, 2.2)
    .close();
  sketch.panels(piece, { paint: sketch.palette.trim, shade: 'flat', edge: 0.3 });
}

function drawChambers(sketch: Sketch, cut: UpperCut, random: Look['random']): void {
  const step = around(random, 8.5, 0.12);
  for (let y = 17; y < cut.length - 3; y += step) {
    const half = (y < 25 ? cut.shoulder - 1.5 : cut.chest) - 0.3;
    sketch.line(Outline.from(-half, y).bend(0, y + 1.8, half, y), { width: 0.7, opacity: 0.6 });
    sketch.glow(0, y + 2.2, half, 2, '#0a0a18', 0.28);
    sketch.glow(-half * 0.25, y + step * 0.55, half * 0.7, 2.6, '#ffffff', 0.26);
  }
}

function drawDiamonds(sketch: Sketch, cut: UpperCut): void {
  const half = cut.chest - 3;
  const step = 7;
  for (let x = -half - cut.length; x < half; x += step) {
    for (const lean of [1, -1]) {
      const clipTop = 15;
      const fromX = lean > 0 ? x : -x;
      const points: [number, number][] = [];
      for (let y = clipTop; y <= cut.length - 3; y += 2) {
        const at = fromX + lean * (y - clipTop) * 0.8;
        if (Math.abs(at) < half) points.push([at, y]);
      }
      const [first, last] = [points[0], points.at(-1)];
      if (first && last && last[1] - first[1] > 3) {
        sketch.line(Outline.from(...first).line(...last), { width: 0.4, opacity: 0.45 });
      }
    }
  }
}

function drawCables(sketch: Sketch, cut: UpperCut): void {
  const light = lightness(sketch.palette.first) > 0.5;
  for (const x of [-cut.chest * 0.45, 0, cut.chest * 0.45]) {
    for (let y = 14; y < cut.length - 9; y += 6) {
      for (const lean of [1, -1]) {
        const strand = Outline.from(x - 2 * lean, y).curve(
          x - 2 * lean,
          y + 3,
          x + 2 * lean,
          y + 3,
          x + 2 * lean,
          y + 6,
        );
        sketch.line(strand, {
          width: 1.9,
          opacity: light ? 0.22 : 0.35,
          round: true,
          colour: light ? '#20202a' : '#ffffff',
        });
        sketch.line(strand.shifted(0.3, 0.3), { width: 0.35, opacity: 0.5 });
      }
    }
    for (const edge of [-3.4, 3.4]) {
      sketch.line(Outline.from(x + edge, 12).line(x + edge, cut.length - 7), { width: 0.45, opacity: 0.4 });
    }
  }
}
