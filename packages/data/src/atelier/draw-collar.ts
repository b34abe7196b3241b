import { darker, lighter, mix } from './colours.ts';
import { fabrics } from './fabrics.ts';
import type { Look } from './look.ts';
import { Outline } from './outline.ts';
import type { Sketch } from './sketch.ts';

/** The neck opening that a collar surrounds. */
interface Opening {
  readonly width: number;
  readonly depth: number;
}

/** The collar, drawn last: it is on top of everything. */
export function drawCollar(sketch: Sketch, look: Look, neck: Opening, openTo: number | undefined): void {
  const { collar, trim } = look.features;
  if (collar === undefined || collar === 'none') return;
  if (look.facing === 'back') {
    drawCollarBack(sketch, look, neck);
    return;
  }
  const contrast = trim === 'ringer' || trim === 'tipping' || trim === 'piping';
  const paint = contrast ? { paint: sketch.palette.trim } : {};
  const w = neck.width;
  switch (collar) {
    case 'point': {
      drawStand(sketch, w);
      const leaf = Outline.from(0.4, 6.4)
        .curve(w * 0.4, 4.4, w * 0.8, 1.5, w * 0.72, -3.6)
        .curve(w + 0.8, -3.4, w + 2.2, -0.8, w + 3.2, 2.4)
        .line(7.4, 13)
        .close();
      sketch.panels(leaf, { part: 'collar', shade: 'flat', grain: 30, ...paint });
      sketch.stitches(
        Outline.from(1.2, 7)
          .line(7, 11.6)
          .line(w + 2.2, 2.2),
        { width: 0.25, opacity: 0.5 },
      );
      return;
    }
    case 'band': {
      drawStand(sketch, w);
      const band = Outline.from(0.2, 7)
        .curve(w * 0.7, 5.4, w + 0.8, 1.8, w * 0.86, -3.4)
        .line(w + 0.9, -2.6)
        .curve(w + 2.4, 3, w * 0.9, 8.4, 0.2, 10)
        .close();
      sketch.panels(band, { part: 'collar', shade: 'flat', grain: 30, ...paint });
      return;
    }
    case 'peterPan': {
      const leaf = Outline.from(0.3, 6.2)
        .curve(w * 0.5, 6, w * 0.95, 3, w * 0.9, -0.6)
        .line(w + 4.2, 2.2)
        .curve(w + 5, 9, 9, 15, 4.2, 14)
        .curve(1.2, 13.4, 0.3, 10, 0.3, 6.2)
        .close();
      sketch.panels(leaf, { part: 'collar', shade: 'flat', grain: 20, paint: sketch.palette.trim });
      return;
    }
    case 'ruffle': {
      for (const [height, reach] of [
        [0, 3.6],
        [-3, 2.6],
      ] as const) {
        const count = 9;
        for (let i = 0; i < count; i++) {
          const x = -w - 0.6 + ((2 * w + 1.2) * (i + 0.5)) / count;
          const y = height + 6.4 - (x / w) ** 2 * 5.2;
          sketch.panel(Outline.ellipse(x, y, 1.7, reach), { part: 'collar', shade: 'flat' });
        }
      }
      return;
    }
    case 'bow': {
      drawStand(sketch, w);
      const band = Outline.from(0, 6.4)
        .curve(w * 0.7, 5, w, 1.6, w * 0.86, -2.8)
        .line(w + 0.9, -2.2)
        .curve(w + 2, 3, w * 0.8, 7.6, 0, 9.4)
        .close();
      sketch.panels(band, { part: 'collar', shade: 'flat', paint: sketch.palette.trim });
      const tail = Outline.from(0, 8.6)
        .curve(3.4, 14, 4.6, 24, 6.8, 32)
        .line(2.4, 33)
        .curve(1.2, 24, 0.6, 16, -0.6, 9.4)
        .close();
      sketch.panels(tail, { part: 'collar', shade: 'flat', paint: sketch.palette.trim });
      const loop = Outline.from(0, 8.4).curve(5, 2.4, 13, 2.6, 12.6, 8.6).curve(12.8, 14, 5, 14.6, 0, 9.6).close();
      sketch.panels(loop, {
        part: 'collar',
        shade: 'flat',
        paint: sketch.palette.trim,
        folds: [{ x: 5, y: 8.6, length: 8, width: 1.4, turn: 80, strength: -1 }],
      });
      sketch.panel(Outline.ellipse(0, 8.9, 2.1, 2.4), { part: 'collar', shade: 'flat', paint: sketch.palette.trim });
      return;
    }
    case 'camp': {
      const lapel = Outline.from(0.2, 16)
        .line(8.4, 12.4)
        .line(9, 8.4)
        .line(w * 0.9, -0.4)
        .curve(w * 0.7, 5, w * 0.4, 10, 0.2, 16)
        .close();
      const upper = Outline.from(w * 0.62, 6)
        .line(10.8, 9.8)
        .curve(w + 4.4, 5, w + 3, -0.6, w * 0.72, -3.4)
        .curve(w * 0.9, 0, w * 0.8, 3.4, w * 0.62, 6)
        .close();
      drawStand(sketch, w);
      sketch.panels(lapel, { part: 'collar', shade: 'flat', grain: 20, ...paint });
      sketch.panels(upper, { part: 'collar', shade: 'flat', grain: 40, ...paint });
      return;
    }
    case 'notch':
    case 'peak':
    case 'storm': {
      const depth = openTo ?? 30;
      const wide = collar === 'storm' ? 2.8 : 0;
      const peak = collar === 'peak' ? 3.6 : 0;
      drawStand(sketch, w);
      const lapel = Outline.from(0.3, depth + 0.6)
        .curve(5 + wide, depth * 0.78, 10 + wide, depth * 0.62, 12.2 + wide, 16.6 - peak)
        .line(8.6, 12.6)
        .line(w * 0.92, 0.2)
        .curve(w * 0.74, depth * 0.32, w * 0.34, depth * 0.64, 0.3, depth + 0.6)
        .close();
      const upper = Outline.from(w * 0.66, 9.6)
        .line(8.8 + wide * 0.4, 13.2)
        .line(12.4 + wide, 11 - peak * 0.2)
        .curve(w + 5, 6, w + 3.4, 0, w * 0.7, -4)
        .curve(w * 1.05, 1, w * 0.86, 6, w * 0.66, 9.6)
        .close();
      sketch.panels(lapel, { part: 'collar', shade: 'flat', grain: 14 });
      sketch.panels(upper, { part: 'collar', shade: 'flat', grain: 40, ...paint });
      return;
    }
    case 'shawl': {
      const depth = openTo ?? 30;
      drawStand(sketch, w);
      const lapel = Outline.from(0.3, depth + 0.6)
        .curve(8, depth * 0.8, 13.5, depth * 0.45, w + 3.4, 1)
        .curve(w + 2.2, -2, w * 0.9, -3.8, w * 0.7, -4)
        .curve(w * 1.1, 2, w * 0.5, depth * 0.6, 0.3, depth + 0.6)
        .close();
      sketch.panels(lapel, { part: 'collar', shade: 'flat', grain: 14, ...paint });
      return;
    }
    case 'shearling': {
      const woolly = mix('#efe3c8', sketch.palette.second, 0.12);
      sketch.panel(Outline.ellipse(0, -1, w + 1, 3.6), { paint: darker(woolly, 0.4), shade: 'none' });
      const leaf = Outline.from(0.4, 9)
        .curve(4, 7, w, 4, w * 0.66, -4.2)
        .curve(w + 4, -4.4, w + 5.4, 1, w + 5, 4)
        .curve(w + 3, 9, 9.4, 14.6, 7, 15)
        .curve(4, 14, 1.4, 12, 0.4, 9)
        .close();
      sketch.panels(leaf, { part: 'collar', paint: woolly, shade: 'flat', weave: fabrics.wool });
      for (const [x, y] of [
        [4, 9.6],
        [7, 11.4],
        [9, 7],
        [11.6, 3.4],
        [10, 0.2],
        [6.4, 6.8],
      ] as const) {
        for (const side of [1, -1]) sketch.glow(side * x, y, 1.8, 1.6, '#ffffff', 0.6);
      }
      return;
    }
    case 'stand': {
      sketch.panel(Outline.ellipse(0, -4.6, w - 0.4, 2), { paint: sketch.insideColour(), shade: 'none' });
      const tube = Outline.symmetrical(
        Outline.from(0, -2.9)
          .curve(w * 0.5, -3, w * 0.9, -4, w - 0.4, -5)
          .curve(w + 1, -2, w + 1.2, 0, w + 1.2, 2)
          .curve(w * 0.8, 6, w * 0.4, 8, 0, 8.2),
      );
      sketch.panel(tube, { part: 'collar', ...paint });
      sketch.line(Outline.from(-w - 1, 0.4).bend(0, 6.2, w + 1, 0.4), { width: 0.4, opacity: 0.4 });
      return;
    }
    case 'hood':
    case 'fur':
      drawHoodFront(sketch, look, neck);
      return;
  }
}

/** The collar's inner side behind the neck. */
function drawStand(sketch: Sketch, width: number): void {
  const half = Outline.from(0, -4.8)
    .curve(width * 0.4, -4.8, width * 0.6, -4.5, width * 0.74, -3.8)
    .line(width * 0.86, 1)
    .bend(width * 0.5, 3.2, 0, 3.2);
  sketch.panel(Outline.symmetrical(half), { paint: sketch.insideColour(), shade: 'flat', edge: 0.3 });
}

function drawCollarBack(sketch: Sketch, look: Look, neck: Opening): void {
  const { collar, trim } = look.features;
  const w = neck.width;
  if (collar === 'hood' || collar === 'fur') {
    const hood = Outline.symmetrical(
      Outline.from(0, -17).curve(9, -17, 14.5, -10, 14.6, 0).curve(14.6, 8, 8, 14, 0, 14.6),
    );
    sketch.panel(hood, {
      part: 'hood',
      folds: [
        { x: -5, y: 3, length: 18, width: 1.6, turn: 14, strength: -0.9 },
        { x: 6, y: 2, length: 16, width: 1.4, turn: -16, strength: -0.9 },
      ],
    });
    sketch.line(Outline.from(0, -17).line(0, 14.4), { width: 0.4, opacity: 0.5 });
    if (collar === 'fur')
      drawFur(
        sketch,
        Outline.stroke([
          [-12, -12],
          [-6, -17.4],
          [0, -18.6],
          [6, -17.4],
          [12, -12],
        ]),
      );
    return;
  }
  if (collar === 'bow' || collar === 'band' || collar === 'stand' || collar === 'ruffle') {
    const band = Outline.symmetrical(
      Outline.from(0, -4)
        .line(w - 0.6, -4.4)
        .line(w + 1, 1.2)
        .bend(w * 0.5, 3.4, 0, 3.4),
    );
    sketch.panel(band, { part: 'collar', shade: 'flat' });
    return;
  }
  const contrast = trim === 'ringer' || trim === 'tipping' || trim === 'piping' || collar === 'peterPan';
  const fall = Outline.symmetrical(
    Outline.from(0, -4)
      .curve(w * 0.5, -4.1, w * 0.8, -4, w - 0.8, -3.4)
      .line(w + 3, 3)
      .bend(w * 0.5, 5.6, 0, 5.6),
  );
  sketch.panel(fall, {
    part: 'collar',
    shade: 'flat',
    ...(collar === 'shearling' ? { paint: '#efe3c8' } : contrast ? { paint: sketch.palette.trim } : {}),
  });
}

/** The hood's back, seen behind the neck: drawn first. */
export function drawHoodBehind(sketch: Sketch, look: Look, neck: Opening): void {
  if (look.facing === 'back') return;
  const w = neck.width;
  const hood = Outline.symmetrical(
    Outline.from(0, -21)
      .curve(7, -21, 13, -16, 14.4, -5)
      .curve(15, 0, w + 5, 5, w + 3, 8)
      .line(0, 10),
  );
  sketch.panel(hood, {
    folds: [
      { x: -11, y: -5, length: 20, width: 1.6, turn: -10, strength: -0.8 },
      { x: 11, y: -5, length: 20, width: 1.6, turn: 10, strength: -0.8 },
    ],
  });
}

function drawHoodFront(sketch: Sketch, look: Look, neck: Opening): void {
  const w = neck.width;
  const inner = Outline.symmetrical(
    Outline.from(0, -14.6)
      .curve(5, -14.6, 8.6, -11, 8.8, -3)
      .curve(8.9, 2, 4, 7, 0, neck.depth + 2.6),
  );
  sketch.panel(inner, { paint: sketch.insideColour(), shade: 'round', edge: 0.5 });
  sketch.line(Outline.from(0, -14.4).line(0, 0), { width: 0.4, opacity: 0.4, colour: '#000000' });
  const side = Outline.from(0, neck.depth + 2.6)
    .curve(4.2, 7, 9, 2, 8.8, -3.4)
    .curve(10, -8, 13.4, -8, 14.4, -4.6)
    .curve(15.2, 0, w + 5.4, 6, w + 1, 9.4)
    .curve(5, 13.4, 2, 13.6, 0, 13.6)
    .close();
  sketch.panels(side, {
    shade: 'flat',
    grain: 20,
    folds: [
      { x: 10, y: 3, length: 13, width: 1.5, turn: 30, strength: -1 },
      { x: 6, y: 8.6, length: 10, width: 1.3, turn: 48, strength: -0.9 },
    ],
  });
  sketch.stitches(Outline.from(0.4, neck.depth + 3.8).curve(5.4, 8, 10.4, 3, 10, -5), { width: 0.3, opacity: 0.55 });
  sketch.name('hood', Outline.box(-14.6, -21, 29.2, 34.4));
  if (look.features.collar === 'fur') {
    drawFur(
      sketch,
      Outline.stroke([
        [0, 9.4],
        [-6.4, 5],
        [-9.4, -3],
        [-8.6, -11],
        [-4, -16],
        [0, -17],
        [4, -16],
        [8.6, -11],
        [9.4, -3],
        [6.4, 5],
        [0, 9.4],
      ]),
    );
    return;
  }
  for (const [x, length] of [
    [4.4, 17],
    [-4.4, 19],
  ] as const) {
    const cord = Outline.from(x, 8.6).curve(x * 1.1, 13, x * 0.8, 18, x * 1.05, 8.6 + length);
    sketch.line(cord, { width: 1.3, colour: darker(sketch.palette.trim, 0.35), opacity: 0.6, round: true });
    sketch.line(cord, { width: 0.9, colour: lighter(sketch.palette.trim, 0.25), opacity: 1, round: true });
    sketch.button(x, 8.4, 0.9, sketch.palette.metal, 'hood');
  }
}

function drawFur(sketch: Sketch, along: Outline): void {
  const fur = mix('#b39a78', sketch.palette.second, 0.2);
  for (const [width, tone, dashes] of [
    [5.6, darker(fur, 0.35), '0.9 0.3'],
    [4.4, fur, '1.1 0.25'],
    [2.4, lighter(fur, 0.35), '0.8 0.7'],
  ] as const) {
    sketch.line(along, { width, colour: tone, opacity: 1, dashes });
  }
}
