import { fabrics } from './fabrics.ts';
import { around, type Drawing, hangingFolds, type Look } from './look.ts';
import { Outline } from './outline.ts';
import type { Sketch } from './sketch.ts';

/** A scarf, looped once, its ends hanging down. */
export const drawScarf: Drawing = (sketch, look) => {
  const { features, random } = look;
  const wide = features.shape === 'wide' ? 17 : features.shape === 'skinny' ? 8.4 : 12.6;
  const length = around(random, 74, 0.08);
  drawEnd(sketch, look, -wide * 0.5, wide, length * 0.86, 4);
  drawEnd(sketch, look, wide * 0.7, wide, length, -3);
  const loop = Outline.from(-24, 2)
    .curve(-26, 20, -14, 34, 0, 34)
    .curve(14, 34, 26, 20, 24, 2)
    .curve(20, -8, 12, -10, 8, -9)
    .curve(12, 6, 8, 14, 0, 14)
    .curve(-8, 14, -12, 6, -8, -9)
    .curve(-12, -10, -20, -8, -24, 2)
    .close();
  sketch.panel(Outline.from(-10, -8).curve(-6, -14, 6, -14, 10, -8).curve(6, -3, -6, -3, -10, -8).close(), {
    paint: sketch.insideColour(),
    shade: 'none',
  });
  sketch.panel(loop, {
    part: 'collar',
    folds: [
      { x: -15, y: 14, length: 30, width: 2, turn: -22, strength: -1 },
      { x: -8, y: 22, length: 22, width: 1.8, turn: -50, strength: -1 },
      { x: 14, y: 14, length: 30, width: 2, turn: 22, strength: -1 },
      { x: 9, y: 23, length: 20, width: 1.6, turn: 54, strength: 1 },
      { x: -19, y: 8, length: 20, width: 1.8, turn: -10, strength: 1 },
    ],
  });
};

function drawEnd(sketch: Sketch, look: Look, x: number, wide: number, length: number, lean: number): void {
  const { trim } = look.features;
  const top = 18;
  const end = top + length;
  const half = wide / 2;
  const cloth = Outline.from(x - half * 0.8, top)
    .line(x + half * 0.8, top)
    .curve(x + half + lean * 0.4, top + 20, x + half + lean, end - 20, x + half + lean, end)
    .bend(x + lean, end + 1.2, x - half + lean, end)
    .curve(x - half + lean, end - 20, x - half + lean * 0.4, top + 20, x - half * 0.8, top)
    .close();
  if (trim === 'fringe') {
    for (let i = 0; i < Math.round(wide / 1.7); i++) {
      const from = x - half + lean + 0.8 + i * 1.7;
      sketch.line(Outline.from(from, end - 0.6).curve(from + 0.3, end + 3, from - 0.3, end + 5, from + 0.2, end + 8), {
        part: 'fringe',
        width: 1,
        colour: sketch.palette.first,
        opacity: 1,
      });
    }
  }
  sketch.panel(cloth, {
    part: 'upper',
    grain: lean * 0.6,
    folds: hangingFolds(look.random, 2, half * 0.8, top, end).map((fold) => ({ ...fold, x: fold.x + x + lean * 0.5 })),
  });
  if (trim === 'bottomStripes') {
    for (const offset of [16, 11, 6]) {
      sketch.panel(Outline.box(x - half + lean * 0.96 + 0.3, end - offset, wide - 0.6, 3), {
        part: 'trim',
        paint: sketch.palette.trim,
        shade: 'none',
        edge: 0.2,
      });
    }
  }
  if (trim === 'pompom') {
    for (const offset of [-half + 1, half - 1]) {
      sketch.panel(Outline.ellipse(x + lean + offset, end + 3, 3.2, 3.2), {
        part: 'ornament',
        paint: sketch.palette.trim,
        weave: fabrics.wool,
      });
    }
  }
  if (trim === 'tipping')
    sketch.line(Outline.from(x - half + lean, end - 1).line(x + half + lean, end - 1), {
      part: 'trim',
      width: 2.2,
      colour: sketch.palette.trim,
      opacity: 1,
    });
}

/** A tie with its knot. */
export const drawTie: Drawing = (sketch, look) => {
  const { features, random } = look;
  const wide = features.shape === 'skinny' ? 6.6 : features.shape === 'wide' ? 13 : 9.6;
  const length = around(random, 74, 0.05);
  const square = features.hem === 'straight';
  const band = Outline.from(-4.6, 4)
    .curve(-10, -6, -9, -17, 0, -19)
    .curve(9, -17, 10, -6, 4.6, 4)
    .line(2.6, 2)
    .curve(6, -5, 6, -12, 0, -14)
    .curve(-6, -12, -6, -5, -2.6, 2)
    .close();
  sketch.panel(band, { part: 'collar', shade: 'flat', grain: 40 });
  const tail = Outline.polygon(
    [-1, 9],
    [3, 9],
    [wide * 0.5 + 2.4, length * 0.8],
    [2.4, length * 0.86],
    [-wide * 0.3, length * 0.8],
  );
  sketch.panel(tail, { grain: 45, shade: 'flat' });
  const blade = Outline.from(-3, 9)
    .line(3, 9)
    .curve(3.6, 30, wide - 0.4, length * 0.7, wide, length - (square ? 0 : 8))
    .line(square ? wide : 0, length)
    .line(square ? -wide : 0, length)
    .line(-wide, length - (square ? 0 : 8))
    .curve(-wide + 0.4, length * 0.7, -3.6, 30, -3, 9)
    .close();
  sketch.panel(blade, {
    part: 'upper',
    grain: 45,
    folds: [{ x: 0, y: 18, length: 22, width: 1.1, turn: 0, strength: -1.2 }],
  });
  const knot = Outline.from(-5.2, 0.6)
    .line(5.2, 0.6)
    .curve(4.8, 5, 3.8, 8, 3.2, 10.4)
    .line(-3.2, 10.4)
    .curve(-3.8, 8, -4.8, 5, -5.2, 0.6)
    .close();
  sketch.panel(knot, { part: 'neckline', grain: -40 });
  if (features.trim === 'tipping') {
    sketch.line(
      Outline.from(-wide + 1, length - (square ? 2 : 9))
        .line(0, length - 2)
        .line(wide - 1, length - (square ? 2 : 9)),
      { part: 'trim', width: 2.2, colour: sketch.palette.trim, opacity: 1 },
    );
  }
  if (features.trim === 'embroidery') {
    sketch.button(0, length * 0.62, 2.2, sketch.palette.second, 'ornament');
  }
  if (features.trim === 'logo')
    sketch.panel(Outline.box(-4.4, length * 0.4, 8.8, 1.8, 0.5), {
      part: 'ornament',
      paint: sketch.palette.metal,
      shade: 'none',
    });
};

/** A pair of socks. */
export const drawSocks: Drawing = (sketch, look) => {
  const { features } = look;
  const leg = features.shape === 'kneeHigh' ? 66 : features.shape === 'ankle' ? 16 : 36;
  const draw = (): void => {
    const outline = Outline.from(-9, 0)
      .line(9, 0)
      .curve(9.4, leg * 0.5, 8.4, leg * 0.8, 9, leg)
      .curve(10, leg + 6, 20, leg + 8, 27, leg + 13)
      .curve(33, leg + 18, 30, leg + 26, 22, leg + 25)
      .curve(12, leg + 24, 2, leg + 24, -4, leg + 21)
      .curve(-12, leg + 17, -11, leg + 6, -10, leg - 2)
      .curve(-9, leg * 0.6, -9.4, leg * 0.4, -9, 0)
      .close();
    sketch.panel(outline, {
      part: 'upper',
      folds: [
        { x: 4, y: leg + 4, length: 14, width: 1.6, turn: 60, strength: -1 },
        { x: -2, y: leg * 0.5, length: leg * 0.7, width: 2.4, turn: 0, strength: 1 },
      ],
    });
    if (features.trim === 'contrastHeel' || features.trim === 'toeCap') {
      const toe = Outline.from(20, leg + 9)
        .curve(25, leg + 12, 22, leg + 20, 19, leg + 25)
        .line(22, leg + 25)
        .curve(30, leg + 26, 33, leg + 18, 27, leg + 13)
        .close();
      sketch.panel(toe, { part: 'toe', paint: sketch.palette.trim, shade: 'flat' });
      if (features.trim === 'contrastHeel') {
        sketch.panel(
          Outline.from(-10.4, leg + 3)
            .curve(-4, leg + 8, -1, leg + 14, 1, leg + 22.6)
            .curve(-6, leg + 21, -12.4, leg + 16, -10.4, leg + 3)
            .close(),
          { part: 'heel', paint: sketch.palette.trim, shade: 'flat' },
        );
      }
    }
    const cuff = features.shape === 'ankle' ? 4 : 7;
    sketch.panel(
      Outline.from(-9.4, -0.6)
        .bend(0, 1, 9.4, -0.6)
        .line(9.2, cuff)
        .bend(0, cuff + 1.4, -9.2, cuff)
        .close(),
      { part: 'cuff', weave: fabrics.ribbed, ...(features.trim === 'ringer' ? { paint: sketch.palette.trim } : {}) },
    );
    if (features.trim === 'bottomStripes') {
      for (const y of [cuff + 2, cuff + 6])
        sketch.line(Outline.from(-9.1, y).bend(0, y + 1.4, 9.1, y), {
          part: 'trim',
          width: 2,
          colour: sketch.palette.trim,
          opacity: 1,
        });
    }
    if (features.trim === 'bowKnot') {
      for (const side of [1, -1])
        sketch.panel(
          Outline.from(0, cuff + 1)
            .curve(side * 3, cuff - 3, side * 7, cuff - 2, side * 6, cuff + 1)
            .curve(side * 7, cuff + 4, side * 3, cuff + 4.6, 0, cuff + 1.6)
            .close(),
          { part: 'ornament', shade: 'flat', paint: sketch.palette.trim },
        );
    }
    if (features.trim === 'embroidery') sketch.button(0, leg * 0.4 + 4, 2.2, sketch.palette.second, 'ornament');
  };
  sketch.moved(-16, -4, draw);
  sketch.moved(7, 3, draw);
};
