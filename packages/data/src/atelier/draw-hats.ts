import { darker, lighter, mix } from './colours.ts';
import { fabrics } from './fabrics.ts';
import type { Look } from './look.ts';
import { motifs } from './motifs.ts';
import { Outline } from './outline.ts';
import type { Sketch } from './sketch.ts';

function badge(sketch: Sketch, look: Look, x: number, y: number): void {
  const { trim } = look.features;
  if (trim === 'badge') {
    sketch.panel(Outline.ellipse(x, y, 6.4, 5.4), { part: 'ornament', paint: sketch.palette.trim, shade: 'flat' });
    sketch.line(Outline.ellipse(x, y, 5, 4.1), { width: 0.5, dashes: '0.8 0.5', opacity: 0.9 });
  } else if (trim === 'embroidery') {
    sketch.motif(motifs.star.data, x, y, 4, sketch.palette.second);
    sketch.name('ornament', Outline.ellipse(x, y, 4, 4));
  }
}

/** A baseball cap, seen from the side and a little from the front. */
export function drawCap(sketch: Sketch, look: Look): void {
  const { features } = look;
  const flat = features.shape === 'flatPeak';
  const contrast = features.trim === 'ringer' ? { paint: sketch.palette.trim } : {};
  const peak = flat
    ? Outline.from(4, 32)
        .curve(20, 28, 44, 27, 56, 31)
        .curve(58, 33, 57, 35, 54, 36)
        .curve(40, 38, 20, 39, 0, 38)
        .close()
    : Outline.from(4, 32)
        .curve(22, 27, 46, 29, 56, 38)
        .curve(57, 41, 54, 42, 51, 40.6)
        .curve(40, 35, 18, 37, -2, 38)
        .close();
  const crown = Outline.from(-34, 36)
    .curve(-36, 12, -24, -6, -4, -7)
    .curve(16, -8, 28, 8, 29, 30)
    .curve(20, 33, 6, 37, -4, 38)
    .curve(-16, 40, -28, 39, -34, 36)
    .close();
  sketch.panel(crown, {
    part: 'crown',
    folds: [
      { x: -20, y: 16, length: 34, width: 3, turn: 14, strength: -0.7 },
      { x: 14, y: 10, length: 30, width: 4, turn: -10, strength: 0.9 },
    ],
  });
  sketch.line(Outline.from(-4, -7).curve(6, 4, 9, 22, 8, 35), { width: 0.5, opacity: 0.6 });
  sketch.line(Outline.from(-4, -7).curve(-18, 4, -22, 22, -20, 39), { width: 0.5, opacity: 0.6 });
  sketch.stitch(Outline.from(-2.4, -6).curve(8, 4, 11, 22, 10, 34.6));
  sketch.panel(peak, { part: 'brim', shade: 'flat', ...contrast });
  for (const offset of [1.8, 3.6, 5.4]) {
    sketch.stitch(
      Outline.from(8, 32 + offset * 0.6).curve(
        24,
        28.4 + offset * 0.6,
        44,
        (flat ? 28.4 : 30) + offset * 0.6,
        53 - offset,
        (flat ? 32 : 37) + offset * 0.2,
      ),
      { width: 0.3, opacity: 0.6 },
    );
  }
  sketch.panel(Outline.ellipse(-4, -7.4, 2.6, 1.6), { shade: 'flat', ...contrast });
  sketch.button(-14, 14, 0.9, darker(sketch.palette.first, 0.4), 'crown');
  sketch.button(-3, 12, 0.9, darker(sketch.palette.first, 0.4), 'crown');
  badge(sketch, look, 18, 17);
  if (features.trim === 'piping')
    sketch.line(Outline.from(-33.6, 33).curve(-20, 37, 4, 36, 29, 28), {
      part: 'trim',
      width: 1.4,
      colour: sketch.palette.trim,
      opacity: 1,
    });
  if (features.closure === 'buckle' || features.closure === 'velcro') {
    sketch.panel(Outline.from(-35, 30).line(-24, 33).line(-24, 38).line(-34, 36).close(), {
      part: 'strap',
      shade: 'flat',
    });
    if (features.closure === 'buckle')
      sketch.panel(Outline.box(-30, 31, 4, 6, 0.6), { part: 'strap', paint: sketch.palette.metal, shade: 'none' });
  }
}

/** A knitted hat. */
export function drawBeanie(sketch: Sketch, look: Look): void {
  const { features } = look;
  const slouchy = features.shape === 'slouchy';
  const top = slouchy ? -14 : features.shape === 'tall' ? -12 : -4;
  const cuffed = features.hem !== 'straight';
  const crown = slouchy
    ? Outline.from(-26, 34)
        .curve(-30, 14, -32, -6, -8, top)
        .curve(10, top - 5, 38, -8, 36, 8)
        .curve(35, 18, 28, 22, 26, 34)
        .close()
    : Outline.symmetrical(Outline.from(0, top).curve(16, top, 25, 4, 26, 34).line(0, 36));
  sketch.panel(crown, {
    part: 'crown',
    folds: [-18, -9, 0, 9, 18].map((x) => ({ x, y: 16, length: 38, width: 2, turn: -x * 0.7, strength: -0.6 })),
  });
  for (let x = -24; x <= 24; x += 3.2) {
    sketch.line(Outline.from(x, 34).curve(x * 1.02, 18, x * 0.8, 4, x * (slouchy ? 0.5 : 0.25), top + 3), {
      width: 0.5,
      opacity: 0.35,
    });
  }
  if (features.trim === 'stripes') {
    for (const y of [8, 15, 22])
      sketch.line(Outline.from(-24.6, y + 2).bend(0, y + 5, 24.6, y + 2), {
        part: 'trim',
        width: 2.6,
        colour: sketch.palette.trim,
        opacity: 0.95,
      });
  }
  const height = cuffed ? 14 : 6;
  const cuff = Outline.from(-27, 36 - height * 0.5)
    .bend(0, 39 - height * 0.5, 27, 36 - height * 0.5)
    .line(27, 36 + height * 0.5)
    .bend(0, 40 + height * 0.5, -27, 36 + height * 0.5)
    .close();
  sketch.panel(cuff, {
    part: 'cuff',
    weave: fabrics.ribbed,
    ...(features.trim === 'ringer' || features.trim === 'pompom'
      ? { paint: features.trim === 'ringer' ? sketch.palette.trim : sketch.palette.first }
      : {}),
  });
  if (features.trim === 'pompom') {
    const [x, y] = slouchy ? [10, top - 4] : [0, top - 5];
    sketch.panel(Outline.ellipse(x, y, 9, 8.4), { part: 'ornament', paint: sketch.palette.trim, weave: fabrics.wool });
    for (let i = 0; i < 14; i++) {
      const angle = (i / 14) * 2 * Math.PI;
      sketch.line(
        Outline.from(x + Math.cos(angle) * 6, y + Math.sin(angle) * 5.6).line(
          x + Math.cos(angle) * 10,
          y + Math.sin(angle) * 9.4,
        ),
        {
          width: 1.7,
          colour: i % 2 ? darker(sketch.palette.trim, 0.15) : lighter(sketch.palette.trim, 0.15),
          opacity: 1,
          round: true,
        },
      );
    }
  }
  badge(sketch, look, 0, 37.4);
}

/** A soft hat with a sloping brim all around. */
export function drawBucketHat(sketch: Sketch, look: Look): void {
  const { features } = look;
  const reach = features.shape === 'wideBrim' ? 46 : features.shape === 'shortBrim' ? 34 : 39;
  const drop = features.shape === 'wideBrim' ? 46 : 42;
  const contrast = features.trim === 'ringer' ? { paint: sketch.palette.trim } : {};
  const crown = Outline.symmetrical(
    Outline.from(0, -4).curve(12, -4.6, 20, -3, 21.6, 0).curve(24, 10, 25, 18, 26, 27).bend(12, 32, 0, 32),
  );
  sketch.panel(crown, { part: 'crown', folds: [{ x: -12, y: 14, length: 26, width: 3, turn: 6, strength: -0.7 }] });
  sketch.line(Outline.from(-21.4, 1).bend(0, 6.4, 21.4, 1), { width: 0.6, opacity: 0.6 });
  sketch.stitch(Outline.from(-21.4, 2.6).bend(0, 8, 21.4, 2.6));
  const brim = Outline.symmetrical(
    Outline.from(0, 29)
      .curve(12, 29, 20, 27.6, 26, 24.6)
      .curve(32, 30, reach - 4, drop - 8, reach, drop - 2)
      .curve(reach - 6, drop + 4, 20, drop + 8, 0, drop + 8),
  );
  sketch.panel(brim, { part: 'brim', ...contrast });
  for (const share of [0.3, 0.5, 0.7, 0.88]) {
    const half = 26 + (reach - 26) * share;
    sketch.stitch(
      Outline.from(-half, 26 + (drop - 30) * share).bend(
        0,
        30 + (drop - 20) * share * 0.9 + 4,
        half,
        26 + (drop - 30) * share,
      ),
      { width: 0.3, opacity: 0.55 },
    );
  }
  if (features.trim === 'band')
    sketch.panel(Outline.from(-25.4, 19).bend(0, 25, 25.4, 19).line(26, 25).bend(0, 31.4, -26, 25).close(), {
      part: 'trim',
      paint: sketch.palette.trim,
      shade: 'flat',
    });
  if (features.strap === 'long' || features.strap === 'tied') {
    const cord = Outline.from(-24, 30).curve(-20, 66, 20, 66, 24, 30);
    sketch.line(cord, { part: 'strap', width: 1.6, colour: darker(sketch.palette.trim, 0.2), opacity: 1 });
    sketch.panel(Outline.box(-2, 54.4, 4, 5, 1), { part: 'strap', paint: '#3a3a3c', shade: 'none' });
  }
  badge(sketch, look, 0, 17);
}

/** A fedora or sun hat. */
export function drawBrimmedHat(sketch: Sketch, look: Look): void {
  const { features } = look;
  const reach = features.shape === 'wideBrim' ? 58 : features.shape === 'shortBrim' ? 38 : 48;
  const brim = Outline.from(-reach, 34)
    .curve(-reach * 0.8, 22, -24, 24, 0, 24)
    .curve(24, 24, reach * 0.8, 22, reach, 34)
    .curve(reach * 0.7, 48, 24, 48, 0, 48)
    .curve(-24, 48, -reach * 0.7, 48, -reach, 34)
    .close();
  sketch.panel(brim, { part: 'brim', folds: [{ x: 0, y: 42, length: reach, width: 3, turn: 90, strength: 0.8 }] });
  const dent = features.hem === 'curved' ? 0 : 5;
  const crown = Outline.from(-24, 35)
    .curve(-25, 16, -23, 0, -17, -6)
    .curve(-12, -10, -6, -9, 0, -9 + dent)
    .curve(6, -9, 12, -10, 17, -6)
    .curve(23, 0, 25, 16, 24, 35)
    .bend(0, 42, -24, 35)
    .close();
  sketch.glow(0, 37, 28, 6, '#0a0a14', 0.4);
  sketch.panel(crown, {
    part: 'crown',
    folds: [
      { x: 0, y: 4, length: 20, width: 3, turn: 0, strength: -1 },
      { x: -12, y: 8, length: 28, width: 3, turn: 8, strength: 0.8 },
    ],
  });
  const paint = features.trim === 'band' ? sketch.palette.trim : mix(darker(sketch.palette.first, 0.4), '#3a2a20', 0.3);
  sketch.panel(Outline.from(-24.2, 27).bend(0, 34, 24.2, 27).line(24.2, 34.4).bend(0, 41.6, -24.2, 34.4).close(), {
    part: 'trim',
    paint,
    shade: 'round',
    weave: fabrics.satin,
  });
  if (features.trim === 'bowKnot') {
    for (const side of [1, -1]) {
      sketch.panel(
        Outline.from(15, 32)
          .curve(15 + side * 4, 25, 15 + side * 10, 26, 15 + side * 8.6, 32)
          .curve(15 + side * 10, 38, 15 + side * 4, 38, 15, 33)
          .close(),
        { part: 'ornament', paint, shade: 'flat' },
      );
    }
    sketch.panel(Outline.ellipse(15, 32.4, 1.8, 2.6), { part: 'ornament', paint, shade: 'none' });
  }
  if (features.trim === 'fringe') {
    for (let x = -reach + 4; x < reach - 3; x += 3) {
      const y = 34 + 13 * Math.sqrt(Math.max(0, 1 - (x / reach) ** 2));
      sketch.line(Outline.from(x, y - 1).line(x * 1.03, y + 5), {
        part: 'fringe',
        width: 1,
        colour: sketch.palette.first,
        opacity: 1,
      });
    }
  }
  if (features.trim === 'piping')
    sketch.line(
      Outline.from(-reach, 34)
        .curve(-reach * 0.7, 48, -24, 48, 0, 48)
        .curve(24, 48, reach * 0.7, 48, reach, 34),
      { part: 'trim', width: 1.8, colour: sketch.palette.trim, opacity: 1 },
    );
}
