import { darker, lighter, mix } from './colours.ts';
import { fabrics } from './fabrics.ts';
import { around, type Drawing, type Look } from './look.ts';
import { Outline } from './outline.ts';
import type { Fold, Sketch } from './sketch.ts';

/** The height of the ground; the heel is at x = -32, the toe at x = 35. */
const ground = 40;

/** Draws a pair: the second shoe a little behind the first. */
export function pairOf(draw: (sketch: Sketch, look: Look) => void): Drawing {
  return (sketch, look) => {
    sketch.shadow(-11, ground - 16, 38, 4.6);
    sketch.shadow(2, ground - 1, 42, 5.4);
    sketch.moved(-13, -15, () => draw(sketch, { ...look, random: look.random.child('shoe') }));
    draw(sketch, { ...look, random: look.random.child('shoe') });
  };
}

function soleColour(sketch: Sketch, look: Look): string {
  switch (look.features.sole) {
    case 'white':
      return '#f3f2ee';
    case 'gum':
      return '#b27a44';
    case 'black':
    case 'cleated':
      return '#26262a';
    case 'chunky':
    case 'platform':
      return mix('#efece4', sketch.palette.first, 0.08);
    default:
      return mix(darker(sketch.palette.first, 0.45), '#6b5140', 0.3);
  }
}

/** A sole from heel to toe; the upper begins at its top edge. */
function drawFlatSole(sketch: Sketch, look: Look, top: number): void {
  const { sole } = look.features;
  const colour = soleColour(sketch, look);
  const outline = Outline.from(-33, top)
    .curve(-20, top + 1.4, 0, top + 2, 14, top + 1)
    .curve(24, top + 0.6, 31, top - 1, 35.6, top - 3)
    .curve(37.6, top - 1, 37, ground - 1.4, 33, ground)
    .line(-31, ground)
    .curve(-34.6, ground - 0.6, -34.4, top + 2, -33, top)
    .close();
  sketch.panel(outline, { part: 'sole', paint: colour, shade: 'flat', weave: fabrics.rubber });
  sketch.line(
    Outline.from(-33.6, top + (ground - top) * 0.5).curve(
      -10,
      top + (ground - top) * 0.62,
      20,
      top + (ground - top) * 0.6,
      36.6,
      top + (ground - top) * 0.35,
    ),
    {
      width: 0.5,
      colour: darker(colour, 0.5),
      opacity: 0.5,
    },
  );
  if (sole === 'cleated' || sole === 'chunky') {
    for (let x = -30; x < 33; x += 5) {
      sketch.mark(Outline.polygon([x, ground - 0.2], [x + 1.2, ground - 3], [x + 2.4, ground - 0.2]), '#000000', {
        opacity: 0.5,
      });
    }
  }
}

function soleHeight(look: Look): number {
  const { sole } = look.features;
  return sole === 'chunky' ? 10 : sole === 'platform' ? 11 : sole === 'cleated' ? 8 : 5.6;
}

const bend: Fold = { x: 13, y: 26, length: 16, width: 2, turn: -24, strength: -0.8 };

/** Trainers, low or with a high collar. */
export function drawSneaker(sketch: Sketch, look: Look): void {
  const { features, random } = look;
  const top = ground - soleHeight(look);
  const high = features.shape === 'tall';
  const collar = top - (high ? 44 : 25);
  const sag = around(random, 5, 0.2);
  const opening = Outline.from(-28, collar + 1)
    .bend(-19, collar - 2.5, -9, collar - 4)
    .line(-5, collar + 1)
    .bend(-16, collar + sag + 3, -28, collar + 1)
    .close();
  const tongue = Outline.from(-11, collar + 3)
    .curve(-12, collar - 3, -8, collar - 6, -4, collar - 4)
    .line(6, top - 14)
    .line(0, top - 10)
    .close();
  sketch.panel(opening, { paint: sketch.insideColour(), shade: 'none' });
  sketch.panel(tongue, {
    part: 'closure',
    shade: 'flat',
    ...(features.trim === 'heelTab' || features.trim === 'toeCap' ? { paint: sketch.palette.trim } : {}),
  });
  const upper = Outline.from(-32, top + 1)
    .curve(-34, top - 12, -32, collar + 8, -29, collar)
    .curve(-22, collar + sag, -14, collar + sag, -9, collar + (high ? 0 : 1))
    .line(high ? -4 : -3, collar + (high ? 4 : 5))
    .curve(3, top - 15, 9, top - 12, 16, top - 10.4)
    .curve(27, top - 9, 35, top - 6, 36, top - 1.4)
    .curve(28, top + 1.4, 0, top + 2.4, -32, top + 1)
    .close();
  sketch.panel(upper, {
    part: 'upper',
    folds: [bend, { x: 23, y: top - 7, length: 14, width: 2.4, turn: 80, strength: 1 }],
  });
  if (features.trim === 'toeCap') {
    sketch.panel(
      Outline.from(22, top + 0.8)
        .curve(20, top - 4, 22, top - 8, 25, top - 9.4)
        .curve(32, top - 8, 36, top - 5, 36, top - 1.4)
        .close(),
      { part: 'toe', paint: sketch.palette.trim, shade: 'flat' },
    );
  } else {
    sketch.line(Outline.from(19, top + 1).curve(17, top - 4, 18, top - 8, 20, top - 10), {
      part: 'toe',
      width: 0.5,
      opacity: 0.6,
    });
  }
  if (features.trim === 'heelTab') {
    sketch.panel(
      Outline.from(-32, top + 1)
        .curve(-34, top - 12, -32, collar + 8, -29, collar)
        .line(-24.6, collar + 3)
        .curve(-27, top - 10, -25, top - 4, -24, top + 1.4)
        .close(),
      { part: 'trim', paint: sketch.palette.trim, shade: 'flat' },
    );
  }
  if (features.trim === 'sideStripe') {
    for (const x of [-16, -11, -6]) {
      sketch.panel(Outline.polygon([x, top + 1.6], [x + 3, top + 1.8], [x + 11, top - 13], [x + 8, top - 14]), {
        part: 'trim',
        paint: sketch.palette.trim,
        shade: 'none',
        edge: 0.2,
      });
    }
  }
  drawFlatSole(sketch, look, top);
  const laceColour =
    features.trim === 'none' || features.trim === undefined ? lighter(sketch.palette.first, 0.75) : sketch.palette.trim;
  if (features.closure === 'velcro') {
    for (const at of high ? [0.1, 0.45, 0.8] : [0.2, 0.75]) {
      const [x, y] = [-7 + at * 18, collar + 5 + at * (top - 15 - collar)];
      sketch.panel(Outline.polygon([x - 11, y + 4.6], [x + 2, y - 3], [x + 4.2, y + 1], [x - 8.6, y + 8.4]), {
        part: 'strap',
        shade: 'flat',
        ...(laceColour === sketch.palette.trim ? { paint: laceColour } : {}),
      });
    }
  } else if (features.closure === 'laces') {
    const rows = high ? 7 : 4;
    for (let i = 0; i < rows; i++) {
      const at = (i + 0.4) / rows;
      const [x, y] = [-7 + at * 20, collar + 6 + at * (top - 15 - collar)];
      const lace = Outline.from(x - 4.6, y + 4).bend(x - 1, y - 0.4, x + 2.4, y - 0.6);
      sketch.line(lace, { width: 2, colour: darker(laceColour, 0.5), opacity: 0.6, round: true });
      sketch.line(lace, { part: 'closure', width: 1.4, colour: laceColour, opacity: 1, round: true });
    }
  } else {
    sketch.line(Outline.from(-6, collar + 6).curve(0, top - 17, 6, top - 13, 12, top - 9), {
      width: 0.6,
      opacity: 0.6,
    });
  }
}

/** Boots to the ankle or to the knee. */
export function bootOf(shaft: number): (sketch: Sketch, look: Look) => void {
  return (sketch, look) => {
    const { features } = look;
    const heel = features.heel;
    const raised = heel === 'block' ? 8 : heel === 'stiletto' ? 14 : heel === 'wedge' ? 10 : 0;
    const sole = raised > 0 ? 2.6 : soleHeight(look);
    const seat = ground - (raised > 0 ? raised + 2 : sole);
    const front = ground - (raised > 0 ? 2.6 : sole);
    const top = seat - shaft;
    const pointed = features.toe === 'pointed';
    const wide = shaft > 50 ? 2 : 0;
    sketch.panel(Outline.ellipse(-16 + wide * 0.5, top, 13.4 + wide, 3), {
      paint: sketch.insideColour(),
      shade: 'none',
    });
    drawHeel(sketch, look, seat, raised);
    const upper = Outline.from(-31, seat + 1)
      .curve(-33, seat - 10, -30, seat - 16, -29.4, top + shaft * 0.4)
      .curve(-29.4 - wide, top + shaft * 0.2, -29.4 - wide, top + 4, -29.4 - wide, top)
      .bend(-16, top + 4, -2.6 + wide, top)
      .curve(-3, top + shaft * 0.3, -4.4, seat - 18, 0, seat - 13)
      .curve(6, front - 14, 18, front - 13, pointed ? 27 : 28, front - 9)
      .curve(pointed ? 34 : 34.6, front - 6, pointed ? 40 : 36.4, front - 2.6, pointed ? 41 : 35.6, front)
      .line(12, front + 0.8)
      .curve(0, front + 0.6, -12, seat + 2, -31, seat + 1)
      .close();
    const creases: Fold[] = [
      { x: -8, y: seat - 14, length: 15, width: 2, turn: 68, strength: -1 },
      { x: -14, y: seat - 20, length: 18, width: 2, turn: 74, strength: -0.8 },
      bend,
      { x: -20, y: top + shaft * 0.45, length: shaft * 0.8, width: 3, turn: 0, strength: 0.9 },
    ];
    sketch.panel(upper, { part: 'upper', folds: creases });
    if (raised === 0) drawFlatSole(sketch, look, front);
    else {
      sketch.panel(
        Outline.from(0, front - 0.6)
          .curve(14, front + 1, 28, front + 0.4, pointed ? 40.6 : 36, front - 0.8)
          .line(pointed ? 38 : 33, ground)
          .line(6, ground)
          .curve(2, ground, -2, ground - 2, -6, front - 1.4)
          .close(),
        { part: 'sole', paint: soleColour(sketch, look), shade: 'none' },
      );
    }
    if (features.trim === 'toeCap') {
      sketch.panel(
        Outline.from(20, front + 0.6)
          .curve(18, front - 5, 19, front - 9, 21, front - 11.6)
          .curve(30, front - 10, 35.6, front - 5, pointed ? 40.6 : 35.6, front)
          .close(),
        { part: 'toe', paint: sketch.palette.trim, shade: 'flat' },
      );
    }
    if (features.trim === 'heelTab') {
      sketch.panel(Outline.box(-30 - wide, top - 1, 4, Math.min(12, shaft * 0.4), 1), {
        part: 'trim',
        paint: sketch.palette.trim,
        shade: 'flat',
      });
    }
    if (features.trim === 'fringe') {
      for (let x = -28 - wide; x < -4 + wide; x += 2.6) {
        sketch.panel(Outline.polygon([x, top + 3], [x + 2, top + 3.4], [x + 1.7, top + 13], [x + 0.4, top + 13]), {
          part: 'fringe',
          shade: 'none',
          edge: 0.3,
        });
      }
    }
    drawBootClosure(sketch, look, top, seat, shaft, wide);
  };
}

function drawBootClosure(sketch: Sketch, look: Look, top: number, seat: number, shaft: number, wide: number): void {
  switch (look.features.closure) {
    case 'elastic':
      sketch.panel(
        Outline.from(-20, top + 3.4)
          .line(-9, top + 3.4)
          .curve(-11, top + 10, -12, seat - 12, -13.4, seat - 9)
          .curve(-17, seat - 12, -19, top + 10, -20, top + 3.4)
          .close(),
        {
          part: 'closure',
          paint: darker(sketch.palette.first, 0.35),
          shade: 'flat',
          weave: fabrics.ribbed,
        },
      );
      return;
    case 'laces': {
      const rows = Math.max(5, Math.round(shaft / 8));
      for (let i = 0; i < rows; i++) {
        const y = top + 3 + ((shaft - 10) * i) / rows;
        const x = -4 + wide * (1 - i / rows);
        const lace = Outline.from(x - 5, y + 3).bend(x - 2, y + 1.4, x + 1, y);
        sketch.line(lace, { width: 2, colour: '#000000', opacity: 0.4, round: true });
        sketch.line(lace, {
          part: 'closure',
          width: 1.3,
          colour: lighter(sketch.palette.first, 0.6),
          opacity: 1,
          round: true,
        });
      }
      return;
    }
    case 'sideZip': {
      const zip = Outline.from(-15, top + 4).curve(-15, top + shaft * 0.5, -14, seat - 10, -12, seat - 3);
      sketch.line(zip, { part: 'closure', width: 1.8, opacity: 0.7 });
      sketch.line(zip, { width: 0.8, colour: sketch.palette.metal, opacity: 1, dashes: '0.5 0.4' });
      return;
    }
    case 'buckle': {
      const y = Math.max(top + 6, seat - 17);
      sketch.panel(
        Outline.from(-31, y)
          .bend(-16, y + 3, -2, y - 2)
          .line(-2.4, y + 2.4)
          .bend(-16, y + 7, -31, y + 4)
          .close(),
        { part: 'strap', shade: 'flat' },
      );
      sketch.panel(Outline.box(-17, y - 0.2, 6, 6, 0.8), { part: 'strap', paint: sketch.palette.metal, shade: 'none' });
      sketch.mark(Outline.box(-15.6, y + 1.2, 3.2, 3.2, 0.3), sketch.palette.first);
      return;
    }
    default:
      sketch.line(Outline.from(-15, top + 4).line(-14, seat - 8), { width: 0.5, opacity: 0.4 });
  }
}

function drawHeel(sketch: Sketch, look: Look, seat: number, raised: number): void {
  if (raised <= 0) return;
  const { heel } = look.features;
  const paint =
    heel === 'wedge'
      ? '#c2996a'
      : look.features.trim === 'heelTab'
        ? sketch.palette.trim
        : darker(sketch.palette.first, 0.25);
  let outline: Outline;
  if (heel === 'wedge')
    outline = Outline.from(-32, seat)
      .line(-30, ground)
      .line(14, ground)
      .curve(8, ground - 3, -2, ground - 3, -6, seat + 2)
      .close();
  else if (heel === 'stiletto' || heel === 'kitten')
    outline = Outline.from(-32.4, seat - 0.6)
      .curve(-31, seat + raised * 0.4, -29.6, ground - 6, -29.4, ground)
      .line(-27, ground)
      .curve(-26.6, ground - 6, -26, seat + raised * 0.35, -19, seat + 2)
      .close();
  else
    outline = Outline.from(-32.6, seat - 0.6)
      .line(-31.4, ground)
      .line(-18.6, ground)
      .line(-16.6, seat + 2.4)
      .close();
  sketch.panel(outline, { part: 'heel', paint, shade: 'round' });
}

/** Pumps and ballet flats. */
export function drawPump(sketch: Sketch, look: Look): void {
  const { features } = look;
  const heights: Readonly<Record<string, number>> = { flat: 2.4, kitten: 11, block: 17, wedge: 17, stiletto: 25 };
  const platform = features.sole === 'platform' ? 4 : 0;
  const raised = heights[features.heel ?? 'flat'] ?? 2.4;
  const seat = ground - raised - platform * 0.6;
  const floor = ground - platform;
  const pointed = features.toe === 'pointed';
  const open = features.toe === 'open';
  const tip = pointed ? 41 : open ? 33 : 36.5;
  const back = seat - 14;
  sketch.panel(
    Outline.from(-29, back + 1)
      .curve(-12, seat - 10, 0, floor - 18, 12, floor - 11)
      .curve(4, floor - 8, -14, seat - 1, -29, back + 4)
      .close(),
    {
      paint: mix('#d8bf9f', sketch.palette.first, 0.12),
      shade: 'flat',
    },
  );
  drawHeel(sketch, look, seat, raised);
  if (raised < 4) drawLowHeel(sketch, -31, -18, seat, sketch.palette.first);
  if (platform > 0) {
    sketch.panel(
      Outline.from(-2, floor - 1.4)
        .curve(10, floor + 0.4, 26, floor + 0.4, tip - 2, floor - 1.4)
        .line(tip - 4, ground)
        .line(2, ground)
        .close(),
      { part: 'sole', paint: darker(sketch.palette.first, 0.3), shade: 'flat' },
    );
  }
  const upper = Outline.from(-32, seat)
    .curve(-33.4, seat - 6, -32, back + 3, -30, back)
    .curve(-24, back + 9, -12, seat - 3, -2, Math.min(seat + raised * 0.4, floor - 7))
    .curve(4, floor - 7, 9, floor - 8.6, 13, floor - 11.6)
    .curve(20, floor - 11, tip - 8, floor - 7, tip, floor - (pointed ? 1.4 : 3))
    .curve(tip + (pointed ? 0.6 : 1), floor - 1, tip - 3, floor - 0.2, tip - 7, floor)
    .line(6, floor)
    .curve(-4, floor - 0.8, -14, seat + 1.4, -22, seat + 1)
    .close();
  sketch.panel(upper, {
    part: 'upper',
    folds: [
      { x: 22, y: floor - 6, length: 18, width: 2, turn: 74, strength: 1.4 },
      { x: -27, y: seat - 7, length: 10, width: 1.6, turn: 10, strength: 1 },
    ],
  });
  if (open)
    sketch.panel(Outline.ellipse(tip - 3, floor - 3, 3.4, 1.9), { part: 'toe', paint: '#d8bf9f', shade: 'none' });
  else sketch.name('toe', Outline.box(tip - 10, floor - 9, 10, 9));
  if (features.trim === 'toeCap') {
    sketch.panel(
      Outline.from(tip - 12, floor)
        .curve(tip - 15, floor - 3, tip - 14, floor - 7, tip - 12.4, floor - 9)
        .curve(tip - 6, floor - 7, tip - 1, floor - 4, tip, floor - 1.4)
        .curve(tip, floor - 0.6, tip - 3, floor, tip - 12, floor)
        .close(),
      { part: 'toe', paint: sketch.palette.trim, shade: 'flat' },
    );
  }
  if (features.trim === 'piping') {
    sketch.line(
      Outline.from(-30, back)
        .curve(-24, back + 9, -12, seat - 3, -2, Math.min(seat + raised * 0.4, floor - 7))
        .curve(4, floor - 7, 9, floor - 8.6, 13, floor - 11.6),
      { part: 'trim', width: 1.3, colour: sketch.palette.trim, opacity: 1 },
    );
  }
  if (features.trim === 'bowKnot') {
    drawBowAt(sketch, 15, floor - 11.4);
  }
  if (features.trim === 'studs') {
    for (let i = 0; i < 6; i++)
      sketch.button(14 + i * 3.6, floor - 9.6 + i * 0.9, 0.8, sketch.palette.metal, 'ornament');
  }
  if (features.closure === 'ankleStrap' || features.closure === 'buckle') {
    const y = features.closure === 'ankleStrap' ? back - 7 : seat - 9 + raised * 0.2;
    if (features.closure === 'ankleStrap')
      sketch.line(Outline.from(-29.6, back + 1).line(-28.6, y + 1), {
        width: 1.8,
        opacity: 1,
        colour: sketch.palette.first,
      });
    const [from, to] = features.closure === 'ankleStrap' ? [-30, -10] : [-16, 6];
    sketch.panel(
      Outline.from(from, y)
        .bend((from + to) / 2, y + 3.6, to, y - 0.4)
        .line(to, y + 2)
        .bend((from + to) / 2, y + 6, from, y + 2.4)
        .close(),
      { part: 'strap', shade: 'flat' },
    );
    sketch.panel(Outline.box((from + to) / 2 - 1.6, y + 0.8, 3.2, 3.2, 0.6), {
      part: 'strap',
      paint: sketch.palette.metal,
      shade: 'none',
    });
  }
}

function drawBowAt(sketch: Sketch, x: number, y: number): void {
  for (const side of [1, -1]) {
    sketch.panel(
      Outline.from(x, y)
        .curve(x + side * 3, y - 4.4, x + side * 7, y - 3.4, x + side * 6, y)
        .curve(x + side * 7, y + 3, x + side * 3, y + 3.8, x, y + 0.6)
        .close(),
      { part: 'ornament', shade: 'flat' },
    );
  }
  sketch.panel(Outline.ellipse(x, y, 1.3, 1.6), { part: 'ornament', shade: 'none' });
}

function drawLowHeel(sketch: Sketch, left: number, right: number, seat: number, base: string): void {
  sketch.panel(Outline.polygon([left, seat - 0.4], [right, seat + 0.6], [right, ground], [left, ground]), {
    part: 'heel',
    paint: darker(base, 0.5),
    shade: 'none',
  });
}

/** Sandals: a foot bed and straps over it. */
export function drawSandal(sketch: Sketch, look: Look): void {
  const { features } = look;
  const heights: Readonly<Record<string, number>> = { flat: 3, kitten: 11, block: 16, wedge: 15, stiletto: 23 };
  const platform = features.sole === 'platform' || features.sole === 'chunky' ? 6 : 2.6;
  const raised = heights[features.heel ?? 'flat'] ?? 3;
  const seat = ground - raised - platform;
  const floor = ground - platform;
  drawHeel(sketch, look, seat + 2, raised + platform - 2);
  const bed = Outline.from(-33, seat)
    .curve(-20, seat + 0.6, -8, floor - 1, 6, floor - 0.6)
    .curve(20, floor - 0.4, 30, floor - 1.4, 36, floor - 3.4)
    .curve(39, floor - 3, 38, ground - 1, 33, ground)
    .line(4, ground)
    .curve(-8, ground, -18, seat + platform + 0.4, -33, seat + 4)
    .close();
  const far = (x: number, height: number, width: number, base: number): Outline =>
    Outline.from(x, base)
      .curve(x + 1, base - height * 0.8, x + 4, base - height, x + 6, base - height)
      .line(x + 6 + width, base - height + 1)
      .curve(x + width + 2, base - height * 0.7, x + width, base - 2, x + width, base)
      .close();
  const ankle = features.closure === 'ankleStrap' || features.closure === 'buckle';
  const inner = darker(sketch.palette.first, 0.35);
  sketch.panel(bed, {
    part: 'sole',
    paint: features.sole === 'black' ? '#2a2a2c' : features.sole === 'white' ? '#f1efe9' : '#b98d5e',
    shade: 'flat',
    weave: features.heel === 'wedge' ? fabrics.straw : fabrics.rubber,
  });
  sketch.line(
    Outline.from(-32, seat + 0.8)
      .curve(-20, seat + 1.4, -8, floor, 6, floor + 0.4)
      .curve(20, floor + 0.6, 30, floor - 0.6, 36, floor - 2.6),
    { width: 0.9, colour: '#e5cda6', opacity: 0.9 },
  );
  const strapOver = (from: number, to: number, height: number): void => {
    sketch.panel(
      Outline.from(from, floor - 0.4)
        .curve(from + 1, floor - height * 0.7, from + 4, floor - height, from + 9, floor - height - 1)
        .line(to + 7, floor - height * 0.86)
        .curve(to + 3, floor - height * 0.6, to + 0.6, floor - 4, to, floor - 0.6)
        .close(),
      {
        part: 'strap',
        folds: [{ x: (from + to) / 2 + 4, y: floor - height * 0.6, length: height, width: 2, turn: 14, strength: 1.1 }],
      },
    );
  };
  sketch.panel(far(14, 13, 6, floor - 3), { paint: inner, shade: 'none' });
  switch (features.strap) {
    case 'single':
      strapOver(4, 22, 16);
      break;
    case 'thong':
      sketch.panel(
        Outline.from(2, floor - 1)
          .curve(6, floor - 10, 14, floor - 13, 25, floor - 5)
          .line(25.6, floor - 1.6)
          .line(23.6, floor - 2)
          .curve(16, floor - 9, 10, floor - 7, 5, floor - 0.8)
          .close(),
        { part: 'strap' },
      );
      break;
    case 'cross':
      sketch.panel(Outline.polygon([2, floor - 0.6], [8, floor - 0.6], [27, floor - 13], [22, floor - 15]), {
        part: 'strap',
        shade: 'flat',
      });
      sketch.panel(Outline.polygon([19, floor - 0.6], [25, floor - 1], [16, floor - 16], [10, floor - 15.4]), {
        part: 'strap',
        shade: 'flat',
      });
      break;
    default:
      strapOver(17, 24, 11);
      strapOver(0, 7, 15);
  }
  if (ankle) {
    const y = seat - 19;
    sketch.panel(
      Outline.from(-32, seat + 1)
        .curve(-33.6, seat - 8, -32, y + 4, -29, y)
        .line(-25.6, y + 2)
        .curve(-28, seat - 12, -28, seat - 5, -26, seat + 1)
        .close(),
      { part: 'strap', shade: 'flat' },
    );
    sketch.panel(
      Outline.from(-30, y + 1)
        .bend(-18, y + 5, -8, y)
        .line(-8, y + 3)
        .bend(-18, y + 8.4, -30, y + 4)
        .close(),
      { part: 'strap', shade: 'flat' },
    );
    sketch.panel(Outline.box(-20, y + 2.4, 4, 4, 0.6), { part: 'strap', paint: sketch.palette.metal, shade: 'none' });
  }
  if (features.trim === 'bowKnot') drawBowAt(sketch, 20, floor - 14);
  if (features.trim === 'studs')
    for (let i = 0; i < 4; i++) sketch.button(12 + i * 4, floor - 13 + i * 0.9, 0.9, sketch.palette.metal, 'ornament');
}

/** Loafers. */
export function drawLoafer(sketch: Sketch, look: Look): void {
  const { features } = look;
  const top = ground - soleHeight(look);
  const pointed = features.toe === 'pointed';
  sketch.panel(
    Outline.from(-29, top - 15)
      .bend(-12, top - 18, 4, top - 15)
      .bend(-12, top - 8, -29, top - 15)
      .close(),
    { paint: mix('#cdb08a', sketch.palette.first, 0.2), shade: 'none' },
  );
  const upper = Outline.from(-32, top + 1)
    .curve(-33.6, top - 8, -32, top - 12, -29.6, top - 16)
    .curve(-20, top - 10, -10, top - 9, -2, top - 11)
    .line(3, top - 17)
    .curve(12, top - 18, 20, top - 14, 27, top - 9.4)
    .curve(33, top - 6, pointed ? 40 : 36.6, top - 4, pointed ? 40 : 36, top - 1)
    .curve(24, top + 1.4, 0, top + 2, -32, top + 1)
    .close();
  sketch.panel(upper, {
    part: 'upper',
    folds: [
      { x: 28, y: top - 6, length: 14, width: 1.8, turn: 66, strength: 1.4 },
      { x: -28, y: top - 8, length: 12, width: 1.6, turn: 4, strength: 1 },
    ],
  });
  sketch.line(Outline.from(2, top - 13).curve(12, top - 9, 22, top - 8, 31, top - 6.6), { width: 0.9, opacity: 0.7 });
  sketch.stitch(Outline.from(3, top - 11.8).curve(12, top - 7.8, 22, top - 6.8, 31, top - 5.4));
  sketch.name('toe', Outline.box(26, top - 10, pointed ? 14 : 10, 10));
  drawFlatSole(sketch, look, top);
  drawLowHeel(sketch, -33, -16, ground - 3.4, '#4a3a30');
  const contrast = sketch.palette.trim === sketch.palette.first ? {} : { paint: sketch.palette.trim };
  switch (features.trim) {
    case 'penny':
      sketch.panel(
        Outline.from(-4, top - 2)
          .curve(-1, top - 10, 4, top - 17, 8, top - 18)
          .line(13.6, top - 16.4)
          .curve(10, top - 12, 6, top - 6, 4, top - 1)
          .close(),
        { part: 'strap', shade: 'flat' },
      );
      sketch.mark(Outline.box(3, top - 11.6, 5, 1.6, 0.6), '#000000', { opacity: 0.6 });
      break;
    case 'horsebit':
      sketch.line(Outline.from(0, top - 9).bend(6, top - 13, 12, top - 14), {
        part: 'ornament',
        width: 1.7,
        colour: sketch.palette.metal,
        opacity: 1,
        round: true,
      });
      for (const [x, y] of [
        [0, top - 8.6],
        [12.6, top - 14],
      ] as const)
        sketch.line(Outline.ellipse(x, y, 2.3, 2.3), {
          part: 'ornament',
          width: 1.2,
          colour: sketch.palette.metal,
          opacity: 1,
        });
      break;
    case 'tassel':
      for (const x of [9, 12]) {
        sketch.panel(Outline.polygon([x, top - 15], [x + 2, top - 15], [x + 4.4, top - 7], [x - 0.4, top - 7]), {
          part: 'ornament',
          shade: 'none',
          edge: 0.4,
        });
      }
      sketch.button(11, top - 15.6, 1.5, darker(sketch.palette.first, 0.3), 'ornament');
      break;
    case 'piping':
      sketch.line(
        Outline.from(-29.6, top - 16)
          .curve(-20, top - 10, -10, top - 9, -2, top - 11)
          .line(3, top - 17),
        { part: 'trim', width: 1.4, colour: sketch.palette.trim, opacity: 1 },
      );
      break;
    case 'toeCap':
      sketch.panel(
        Outline.from(20, top + 0.6)
          .curve(19, top - 5, 20, top - 9, 22, top - 12)
          .curve(30, top - 8, pointed ? 40 : 36.4, top - 4, pointed ? 40 : 36, top - 1)
          .close(),
        { part: 'toe', shade: 'flat', ...contrast },
      );
      break;
    default:
      break;
  }
}
