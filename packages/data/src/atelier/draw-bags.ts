import { darker } from './colours.ts';
import { around, type Look } from './look.ts';
import { Outline } from './outline.ts';
import type { Sketch } from './sketch.ts';

function details(sketch: Sketch, look: Look, halfWidth: number, top: number, bottom: number): void {
  const { trim, pockets } = look.features;
  const middle = (top + bottom) / 2;
  const height = bottom - top;
  if (look.facing === 'back') return;
  if (pockets === 'front' || pockets === 'frontZip') {
    const y = top + height * 0.48;
    sketch.panel(Outline.box(-halfWidth * 0.64, y, halfWidth * 1.28, height * 0.4, 3), {
      part: 'pocket',
      shade: 'flat',
    });
    if (pockets === 'frontZip') {
      sketch.line(Outline.from(-halfWidth * 0.56, y + 3).line(halfWidth * 0.56, y + 3), { width: 1.8, opacity: 0.7 });
      sketch.line(Outline.from(-halfWidth * 0.56, y + 3).line(halfWidth * 0.56, y + 3), {
        part: 'pocket',
        width: 0.8,
        colour: sketch.palette.metal,
        opacity: 1,
        dashes: '0.5 0.4',
      });
    } else {
      sketch.stitch(Outline.from(-halfWidth * 0.6, y + 2.2).line(halfWidth * 0.6, y + 2.2));
    }
  }
  switch (trim) {
    case 'logo':
      sketch.panel(Outline.box(-4, top + height * 0.3, 8, 3.4, 0.8), {
        part: 'ornament',
        paint: sketch.palette.metal,
        shade: 'flat',
      });
      break;
    case 'studs':
      for (let x = -halfWidth + 4; x <= halfWidth - 3; x += 5) {
        sketch.button(x, bottom - 4.4, 1.1, sketch.palette.metal, 'ornament');
      }
      break;
    case 'tassel':
      sketch.line(Outline.from(halfWidth * 0.62, top + 1).line(halfWidth * 0.62, top + 8), { width: 0.9, opacity: 1 });
      sketch.panel(
        Outline.polygon(
          [halfWidth * 0.62 - 1.6, top + 8],
          [halfWidth * 0.62 + 1.6, top + 8],
          [halfWidth * 0.62 + 3.4, top + 22],
          [halfWidth * 0.62 - 3.4, top + 22],
        ),
        { part: 'ornament', paint: darker(sketch.palette.first, 0.2), shade: 'flat' },
      );
      sketch.button(halfWidth * 0.62, top + 8, 1.8, sketch.palette.metal, 'ornament');
      break;
    case 'quilting':
      for (let offset = -height; offset < halfWidth * 2; offset += 8) {
        for (const lean of [1, -1]) {
          const points: [number, number][] = [];
          for (let y = top + 3; y <= bottom - 3; y += 2) {
            const x = lean * (-halfWidth + offset + (y - top));
            if (Math.abs(x) < halfWidth - 3) points.push([x, y]);
          }
          const [first, last] = [points[0], points.at(-1)];
          if (first && last && last[1] - first[1] > 3)
            sketch.line(Outline.from(...first).line(...last), { width: 0.5, opacity: 0.5 });
        }
      }
      break;
    case 'piping':
      sketch.line(Outline.box(-halfWidth + 1.6, top + 1.6, 2 * halfWidth - 3.2, height - 3.2, 3), {
        part: 'trim',
        width: 1.4,
        colour: sketch.palette.trim,
        opacity: 1,
      });
      break;
    case 'bottomStripes':
      for (const y of [bottom - 12, bottom - 7]) {
        sketch.panel(Outline.box(-halfWidth + 1, y, 2 * halfWidth - 2, 3), {
          part: 'trim',
          paint: sketch.palette.trim,
          shade: 'none',
          edge: 0.2,
        });
      }
      break;
    case 'badge':
      sketch.panel(Outline.ellipse(0, middle - height * 0.08, 6, 6), {
        part: 'ornament',
        paint: sketch.palette.trim,
        shade: 'flat',
      });
      sketch.line(Outline.ellipse(0, middle - height * 0.08, 4.4, 4.4), {
        width: 0.5,
        dashes: '0.8 0.5',
        opacity: 0.9,
      });
      break;
    case 'bowKnot':
      sketch.panels(
        Outline.from(0, top + 9)
          .curve(5, top + 3, 11, top + 4, 9.6, top + 9)
          .curve(11, top + 14, 5, top + 14.6, 0, top + 10)
          .close(),
        { part: 'ornament', shade: 'flat' },
      );
      sketch.panel(Outline.ellipse(0, top + 9.4, 1.8, 2.3), { part: 'ornament', shade: 'none' });
      break;
    default:
      break;
  }
}

function handlePaint(sketch: Sketch, look: Look): string {
  return look.features.strap === 'contrast' ? sketch.palette.trim : darker(sketch.palette.first, 0.12);
}

/** A shopper with two handles. */
export function drawTote(sketch: Sketch, look: Look): void {
  const { features, random } = look;
  const wide = features.shape === 'wide' ? 36 : features.shape === 'tall' ? 24 : 29;
  const height = around(random, features.shape === 'tall' ? 62 : features.shape === 'wide' ? 46 : 52, 0.04);
  const reach = features.strap === 'longHandles' ? 40 : 20;
  const paint = handlePaint(sketch, look);
  const handle = (lift: number): Outline =>
    Outline.from(-wide * 0.46, 4).curve(
      -wide * 0.44,
      -reach * 1.24 + lift,
      wide * 0.44,
      -reach * 1.24 + lift,
      wide * 0.46,
      4,
    );
  sketch.line(handle(3), { width: 3.2, colour: darker(paint, 0.4), opacity: 1, part: 'handle' });
  sketch.panel(Outline.ellipse(0, 1, wide - 1, 2.6), { paint: sketch.insideColour(), shade: 'none' });
  const body = Outline.symmetrical(
    Outline.from(0, 1.6)
      .line(wide, 0)
      .curve(wide + 0.6, height * 0.5, wide - 2, height * 0.85, wide - 3, height - 2)
      .bend(wide - 3.4, height, wide - 7, height + 0.4)
      .line(0, height + 0.6),
  );
  sketch.panel(body, {
    part: 'upper',
    folds: [
      { x: -wide * 0.5, y: height * 0.5, length: height * 0.8, width: 2.4, turn: 6, strength: -0.9 },
      { x: wide * 0.5, y: height * 0.55, length: height * 0.7, width: 2.4, turn: -8, strength: -0.9 },
      { x: 4, y: height * 0.6, length: height * 0.6, width: 3, turn: 12, strength: 0.8 },
    ],
  });
  details(sketch, look, wide - 3, 4, height - 1);
  sketch.stitch(Outline.from(-wide + 0.6, 3.4).bend(0, 5, wide - 0.6, 3.4));
  if (features.closure === 'topZip') {
    sketch.line(Outline.from(-wide + 2, 0.8).line(wide - 2, 0.8), {
      part: 'closure',
      width: 1.3,
      colour: sketch.palette.metal,
      opacity: 1,
      dashes: '0.6 0.4',
    });
  } else if (features.closure === 'magnet') {
    sketch.panel(Outline.box(-3.4, -1, 6.8, 10, 2), { part: 'closure', shade: 'flat' });
    sketch.button(0, 6, 1.6, sketch.palette.metal);
  }
  sketch.line(handle(0), { width: 3.4, colour: darker(paint, 0.3), opacity: 1, part: 'handle' });
  sketch.line(handle(0), { width: 2.6, colour: paint, opacity: 1 });
  for (const side of [1, -1]) sketch.panel(Outline.box(side * wide * 0.46 - 2, 1, 4, 9, 1), { paint, shade: 'none' });
}

/** A rucksack. */
export function drawBackpack(sketch: Sketch, look: Look): void {
  const { features } = look;
  const wide = features.shape === 'wide' ? 30 : features.shape === 'tall' ? 23 : 26;
  const height = features.shape === 'tall' ? 66 : 56;
  const paint = handlePaint(sketch, look);
  for (const side of [1, -1]) {
    sketch.panel(
      Outline.from(side * wide * 0.55, -1)
        .curve(side * (wide + 9), 4, side * (wide + 9), height * 0.6, side * (wide - 1), height * 0.86)
        .line(side * (wide - 3), height * 0.76)
        .curve(side * (wide + 4), height * 0.5, side * (wide + 2), 10, side * wide * 0.3, 3)
        .close(),
      { part: 'strap', side: side > 0 ? 'right' : 'left', paint, shade: 'flat' },
    );
  }
  const grip = Outline.from(-6, 1).curve(-6, -9, 6, -9, 6, 1);
  sketch.line(grip, { part: 'handle', width: 3, colour: darker(paint, 0.3), opacity: 1 });
  const rounded = features.shape === 'rounded' ? 24 : 15;
  const body = Outline.symmetrical(
    Outline.from(0, -1)
      .curve(wide * 0.6, -1, wide, rounded * 0.2, wide, rounded)
      .curve(wide + 1.4, height * 0.6, wide + 1, height - 8, wide - 1, height - 3)
      .curve(wide - 4, height + 1, wide * 0.5, height + 1, 0, height + 1),
  );
  sketch.panel(body, {
    part: 'upper',
    folds: [{ x: -wide * 0.6, y: height * 0.4, length: height * 0.6, width: 2.6, turn: 2, strength: 1 }],
  });
  if (features.closure === 'flap') {
    sketch.panel(
      Outline.symmetrical(
        Outline.from(0, -2)
          .curve(wide * 0.6, -2, wide, 2, wide + 0.4, 12)
          .curve(wide + 0.4, 22, wide * 0.8, 27, 0, 28),
      ),
      { part: 'flap' },
    );
    for (const x of [-wide * 0.45, wide * 0.45]) {
      sketch.panel(Outline.box(x - 1.6, 20, 3.2, 14, 0.8), { part: 'flap', paint, shade: 'none' });
      sketch.panel(Outline.box(x - 2.4, 29, 4.8, 4.4, 0.6), {
        part: 'flap',
        paint: sketch.palette.metal,
        shade: 'none',
      });
    }
  } else if (features.closure === 'drawstring') {
    for (let x = -wide + 4; x < wide; x += 4)
      sketch.line(Outline.from(x, 1).line(x * 1.02, 13), { width: 0.6, opacity: 0.5 });
    sketch.line(Outline.from(-wide + 2, 8).bend(0, 13, wide - 2, 8), {
      part: 'closure',
      width: 1.3,
      colour: sketch.palette.trim,
      opacity: 1,
    });
    sketch.line(Outline.from(-2, 10).curve(-3, 16, -6, 18, -5, 24), { part: 'closure', width: 1.1, opacity: 1 });
    sketch.line(Outline.from(2, 10).curve(3, 16, 6, 18, 5, 22), { part: 'closure', width: 1.1, opacity: 1 });
  } else {
    const zip = Outline.from(-wide + 1.6, 26)
      .curve(-wide + 2, 8, -wide * 0.5, 6, 0, 6)
      .curve(wide * 0.5, 6, wide - 2, 8, wide - 1.6, 26);
    sketch.line(zip, { width: 1.9, opacity: 0.7 });
    sketch.line(zip, { part: 'closure', width: 0.8, colour: sketch.palette.metal, opacity: 1, dashes: '0.5 0.4' });
  }
  details(sketch, look, wide - 1, 14, height);
  if (features.pockets === 'sides') {
    for (const side of [1, -1])
      sketch.panel(
        Outline.from(side * (wide + 0.6), height * 0.55)
          .line(side * (wide + 6), height * 0.58)
          .line(side * (wide + 4.6), height - 4)
          .line(side * (wide - 1), height - 3)
          .close(),
        { part: 'pocket', side: side > 0 ? 'right' : 'left', shade: 'flat' },
      );
  }
}

/** A small bag on a long strap. */
export function drawCrossbody(sketch: Sketch, look: Look): void {
  const { features } = look;
  const wide = features.shape === 'wide' ? 27 : features.shape === 'square' ? 20 : 22;
  const height = features.shape === 'square' ? 34 : 29;
  const chain = features.strap === 'chain';
  const paint = handlePaint(sketch, look);
  const strap = Outline.from(-wide + 1, 3).curve(-wide * 1.2, -62, wide * 1.2, -62, wide - 1, 3);
  if (chain) {
    sketch.line(strap, { part: 'strap', width: 2, colour: darker(sketch.palette.metal, 0.35), opacity: 1 });
    sketch.line(strap, { width: 1.4, colour: sketch.palette.metal, opacity: 1, dashes: '2 0.8', round: true });
  } else {
    sketch.line(strap, { part: 'strap', width: 2.6, colour: darker(paint, 0.35), opacity: 1 });
    sketch.line(strap, { width: 1.8, colour: paint, opacity: 1 });
  }
  const radius = features.shape === 'rounded' ? 11 : 3.4;
  sketch.panel(Outline.box(-wide, 0, wide * 2, height, radius), {
    part: 'upper',
    folds: [{ x: -wide * 0.4, y: height * 0.5, length: height * 0.8, width: 3, turn: 10, strength: 1 }],
  });
  details(sketch, look, wide, features.closure === 'flap' ? height * 0.1 : 3, height);
  if (features.closure === 'flap') {
    sketch.panel(
      Outline.symmetrical(
        Outline.from(0, -0.6)
          .line(wide - 1, -0.6)
          .curve(wide + 1, 2, wide + 0.6, height * 0.45, wide - 2, height * 0.56)
          .curve(wide * 0.6, height * 0.62, wide * 0.3, height * 0.64, 0, height * 0.64),
      ),
      { part: 'flap' },
    );
    sketch.panel(Outline.box(-2.8, height * 0.56, 5.6, 4.6, 1), {
      part: 'flap',
      paint: sketch.palette.metal,
      shade: 'none',
    });
  } else if (features.closure === 'topZip') {
    sketch.line(Outline.from(-wide + 3, 2.6).line(wide - 3, 2.6), { width: 1.9, opacity: 0.7 });
    sketch.line(Outline.from(-wide + 3, 2.6).line(wide - 3, 2.6), {
      part: 'closure',
      width: 0.9,
      colour: sketch.palette.metal,
      opacity: 1,
      dashes: '0.5 0.4',
    });
    sketch.panel(Outline.box(wide - 7, 2.4, 1.8, 6, 0.8), {
      part: 'closure',
      paint: sketch.palette.metal,
      shade: 'none',
    });
  } else {
    sketch.panel(Outline.box(-4, -1.4, 8, 13, 2), { part: 'closure', shade: 'flat' });
    sketch.button(0, 8.6, 1.7, sketch.palette.metal);
  }
  for (const side of [1, -1])
    sketch.line(Outline.ellipse(side * (wide - 1), 2.6, 2, 2), { width: 1, colour: sketch.palette.metal, opacity: 1 });
}

/** An evening bag without a strap, or with one around the wrist. */
export function drawClutch(sketch: Sketch, look: Look): void {
  const { features } = look;
  const wide = features.shape === 'wide' ? 40 : 34;
  const height = features.shape === 'square' ? 32 : 23;
  if (features.strap === 'wrist') {
    const loop = Outline.from(wide - 1, 6).curve(wide + 16, 0, wide + 16, 30, wide + 1, 20);
    sketch.line(loop, { part: 'strap', width: 2.4, colour: darker(sketch.palette.first, 0.3), opacity: 1 });
  } else if (features.strap === 'chain') {
    const chain = Outline.from(-wide + 4, 2).curve(-wide * 0.6, -20, wide * 0.6, -20, wide - 4, 2);
    sketch.line(chain, {
      part: 'strap',
      width: 1.9,
      colour: sketch.palette.metal,
      opacity: 1,
      dashes: '2 0.8',
      round: true,
    });
  }
  sketch.panel(Outline.box(-wide, 0, wide * 2, height, features.shape === 'rounded' ? 10 : 2.4), {
    part: 'upper',
    folds: [{ x: -wide * 0.4, y: height * 0.6, length: height, width: 4, turn: 24, strength: 1 }],
  });
  details(sketch, look, wide, 2, height);
  if (features.closure === 'flap') {
    sketch.panel(
      Outline.symmetrical(
        Outline.from(0, -0.4)
          .line(wide, -0.4)
          .line(wide - 0.6, 4)
          .line(0, height * 0.72),
      ),
      { part: 'flap', shade: 'flat' },
    );
    sketch.button(0, height * 0.6, 1.7, sketch.palette.metal, 'flap');
  } else if (features.closure === 'clasp') {
    sketch.panel(Outline.box(-wide + 2, -2.4, wide * 2 - 4, 3.4, 1.2), {
      part: 'closure',
      paint: sketch.palette.metal,
      shade: 'flat',
    });
    sketch.button(-1.4, -3.4, 1.8, sketch.palette.metal);
    sketch.button(1.4, -3.4, 1.8, sketch.palette.metal);
  } else {
    sketch.line(Outline.from(-wide + 3, 2.4).line(wide - 3, 2.4), { width: 1.9, opacity: 0.7 });
    sketch.line(Outline.from(-wide + 3, 2.4).line(wide - 3, 2.4), {
      part: 'closure',
      width: 0.9,
      colour: sketch.palette.metal,
      opacity: 1,
      dashes: '0.5 0.4',
    });
    sketch.panel(Outline.box(wide - 8, 2, 1.8, 7, 0.8), {
      part: 'closure',
      paint: sketch.palette.metal,
      shade: 'none',
    });
  }
}

/** A round bag that is pulled together at the top. */
export function drawBucketBag(sketch: Sketch, look: Look): void {
  const { features } = look;
  const wide = features.shape === 'wide' ? 29 : 24;
  const height = features.shape === 'tall' ? 56 : 46;
  const paint = handlePaint(sketch, look);
  const chain = features.strap === 'chain';
  const strap = Outline.from(-wide * 0.74, 8).curve(-wide, -52, wide, -52, wide * 0.74, 8);
  sketch.line(strap, {
    part: 'strap',
    width: 2.8,
    colour: darker(chain ? sketch.palette.metal : paint, 0.35),
    opacity: 1,
  });
  sketch.line(strap, {
    width: 1.8,
    colour: chain ? sketch.palette.metal : paint,
    opacity: 1,
    ...(chain ? { dashes: '2 0.8' } : {}),
  });
  sketch.panel(Outline.ellipse(0, 0.6, wide * 0.7, 3.6), { paint: sketch.insideColour(), shade: 'none' });
  const body = Outline.symmetrical(
    Outline.from(0, 3)
      .curve(wide * 0.4, 3.6, wide * 0.66, 2, wide * 0.72, 0)
      .curve(wide * 0.72, 6, wide * 0.7, 8, wide * 0.78, 12)
      .curve(wide, 20, wide + 1, height * 0.7, wide * 0.94, height - 3)
      .curve(wide * 0.9, height + 1, wide * 0.5, height + 2, 0, height + 2),
  );
  const gathers = [-0.5, -0.25, 0, 0.25, 0.5].map((share) => ({
    x: share * wide,
    y: 16,
    length: 22,
    width: 1.5,
    turn: -share * 16,
    strength: -1,
  }));
  sketch.panel(body, { part: 'upper', folds: gathers });
  sketch.panel(
    Outline.symmetrical(
      Outline.from(0, height - 5)
        .line(wide * 0.97, height - 6)
        .curve(wide * 0.9, height + 1, wide * 0.5, height + 2, 0, height + 2),
    ),
    { paint: darker(sketch.palette.first, 0.2) },
  );
  details(sketch, look, wide * 0.9, 14, height - 6);
  if (features.closure === 'drawstring') {
    sketch.line(Outline.from(-wide * 0.72, 8).bend(0, 12.4, wide * 0.72, 8), {
      part: 'closure',
      width: 1.5,
      colour: darker(paint, 0.25),
      opacity: 1,
    });
    for (const [x, reach] of [
      [-3, 16],
      [3, 19],
    ] as const) {
      sketch.line(Outline.from(x * 0.5, 10.4).curve(x, 16, x * 2, 18, x * 1.6, 10 + reach), {
        part: 'closure',
        width: 1.4,
        colour: darker(paint, 0.25),
        opacity: 1,
        round: true,
      });
    }
  } else if (features.closure === 'magnet') {
    sketch.panel(Outline.box(-4, -1, 8, 15, 2.4), { part: 'closure', shade: 'flat' });
    sketch.button(0, 10, 1.8, sketch.palette.metal);
  }
}
