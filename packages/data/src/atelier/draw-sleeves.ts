import { fabrics } from './fabrics.ts';
import { around, type Look, pulledFolds } from './look.ts';
import { Outline } from './outline.ts';
import type { Sketch } from './sketch.ts';

export interface SleeveCut {
  readonly shoulder: { readonly x: number; readonly y: number };
  readonly armpit: { readonly x: number; readonly y: number };
  /** The full width of a long sleeve's cuff, in centimetres. */
  readonly width: number;
  readonly ribCuffs: boolean;
  readonly shirtCuffs: boolean;
  readonly quilted: boolean;
}

interface Hang {
  readonly length: number;
  /** Degrees from upright. */
  readonly angle: number;
  readonly cuff: number;
}

/** Both sleeves, drawn before the bodice that covers their upper ends. */
export function drawSleeves(sketch: Sketch, look: Look, cut: SleeveCut): void {
  const { sleeve, trim } = look.features;
  const child = look.department === 'girls' || look.department === 'boys';
  const hang = hangOf(sleeve, cut, child ? 0.86 : 1, around(look.random, 1, 0.12));
  const angle = (hang.angle * Math.PI) / 180;
  const [alongX, alongY] = [Math.sin(angle), Math.cos(angle)];
  const [outX, outY] = [Math.cos(angle), -Math.sin(angle)];
  const at = (along: number, out: number): [number, number] => [
    cut.shoulder.x + alongX * along + outX * out,
    cut.shoulder.y + alongY * along + outY * out,
  ];
  const { length, cuff } = hang;
  const gathered = sleeve === 'balloon' || sleeve === 'puff';
  const bulge = sleeve === 'puff' ? 6.5 : sleeve === 'balloon' ? 5 : sleeve === 'bell' ? -1 : 1.4;
  const outer = Outline.from(cut.shoulder.x, cut.shoulder.y);
  const outside =
    sleeve === 'balloon'
      ? outer.curve(...at(length * 0.3, 1.5), ...at(length * 0.78, bulge + 5), ...at(length, 0))
      : sleeve === 'bell'
        ? outer.curve(...at(length * 0.4, 1), ...at(length * 0.6, 0), ...at(length, 5))
        : outer.curve(...at(length * 0.25, bulge), ...at(length * 0.75, gathered ? bulge : 0.6), ...at(length, 0));
  const cuffInner = at(length, -cuff - (sleeve === 'bell' ? 4 : 0));
  const below = outside.bend(...at(length + 0.8, -cuff / 2), ...cuffInner);
  const inward =
    sleeve === 'balloon'
      ? below.curve(...at(length * 0.85, -cuff - 9), ...at(length * 0.5, -cuff - 4), cut.armpit.x, cut.armpit.y)
      : below.curve(
          cuffInner[0] - alongX * length * 0.3,
          cuffInner[1] - alongY * length * 0.3,
          cut.armpit.x + alongX * 5,
          cut.armpit.y + alongY * 6,
          cut.armpit.x,
          cut.armpit.y,
        );
  const whole = inward.line(cut.armpit.x - 8, cut.armpit.y - 8).close();
  const elbow = at(length * 0.52, -cuff * 0.25);
  const folds =
    cut.quilted || length < 14
      ? pulledFolds(look.random, ...at(2, -4), hang.angle * -1, length, 2, 0.7)
      : [
          ...pulledFolds(look.random, ...at(4, -5), -hang.angle, length * 0.5, 2, 0.8),
          ...pulledFolds(look.random, elbow[0], elbow[1], -hang.angle + 38, 12, 2, 0.8),
          ...pulledFolds(look.random, ...at(length * 0.72, -cuff * 0.6), -hang.angle - 30, 10, 1, 0.7),
        ];
  const contrast = trim === 'raglan';
  sketch.panels(whole, {
    part: 'sleeve',
    grain: -hang.angle,
    axis: hang.angle,
    folds,
    ...(contrast ? { paint: sketch.palette.trim } : {}),
  });

  if (cut.quilted) {
    for (let along = 9; along < length - 4; along += 8.5) {
      sketch.lines(Outline.from(...at(along, 1)).bend(...at(along + 1.4, -6), ...at(along, -13)), {
        width: 0.6,
        opacity: 0.5,
      });
    }
  }
  const cuffed = (top: number, bottom: number, spread: number): Outline =>
    Outline.polygon(
      at(top, spread),
      at(bottom, spread * 0.6),
      at(bottom, -cuff - spread * 0.6),
      at(top, -cuff - spread),
    );
  if (cut.ribCuffs && (sleeve === 'long' || sleeve === 'balloon')) {
    sketch.panels(cuffed(length - 6, length + 0.6, 0.3), {
      part: 'cuff',
      paint: sketch.palette.trim,
      weave: fabrics.ribbed,
      axis: hang.angle,
      grain: -hang.angle,
    });
  } else if (cut.shirtCuffs && (sleeve === 'long' || sleeve === 'balloon')) {
    sketch.panels(cuffed(length - 5.5, length + 0.6, 0.5), {
      part: 'cuff',
      axis: hang.angle,
      grain: -hang.angle,
      ...(trim === 'tipping' ? { paint: sketch.palette.trim } : {}),
    });
  } else if (sleeve === 'rolled') {
    sketch.panels(cuffed(length - 4, length + 0.8, 0.9), { part: 'cuff', axis: hang.angle, grain: 90 - hang.angle });
  } else if (sleeve === 'puff') {
    sketch.panels(cuffed(length - 1.5, length + 1.6, 0.3), { part: 'cuff', shade: 'flat' });
    for (const out of [0.15, 0.35, 0.55, 0.75, 0.95]) {
      sketch.lines(Outline.from(...at(length - 1.5, -cuff * out)).line(...at(length - 7, -cuff * out * 1.1)), {
        width: 0.4,
        opacity: 0.4,
      });
    }
  } else {
    const wide = sleeve === 'bell' ? 4 : 0;
    const ringer = trim === 'ringer' || trim === 'tipping';
    sketch.stitches(Outline.from(...at(length - 1.7, wide)).line(...at(length - 1.7, -cuff - wide)), {
      ...(ringer ? { width: 2, colour: sketch.palette.trim, opacity: 1, dashes: 'none' } : {}),
    });
  }
  if (trim === 'elbow') {
    const [x, y] = at(length * 0.56, -cuff * 0.42);
    sketch.panels(
      Outline.smooth([
        at(length * 0.46, -cuff * 0.45),
        at(length * 0.56, -cuff * 0.1),
        at(length * 0.67, -cuff * 0.45),
        [x - 3.4, y + 0.6],
      ]),
      {
        part: 'trim',
        paint: sketch.palette.trim,
        shade: 'flat',
        weave: fabrics.suede,
      },
    );
  }
  if (trim === 'stripes') {
    for (const out of [-1.4, -3.4]) {
      sketch.lines(
        Outline.from(...at(3, out)).curve(
          ...at(length * 0.3, out + 1),
          ...at(length * 0.7, out),
          ...at(length - 6, out),
        ),
        {
          part: 'trim',
          width: 1.1,
          colour: sketch.palette.trim,
          opacity: 1,
        },
      );
    }
  }
}

function hangOf(sleeve: Look['features']['sleeve'], cut: SleeveCut, scale: number, spread: number): Hang {
  switch (sleeve) {
    case 'cap':
      return { length: 9 * scale, angle: 52, cuff: 15 };
    case 'short':
      return { length: 21 * scale, angle: 40 * spread, cuff: 17 + (cut.width - 9) };
    case 'puff':
      return { length: 20 * scale, angle: 42, cuff: 14 };
    case 'elbow':
      return { length: 34 * scale, angle: 30 * spread, cuff: 15 };
    case 'rolled':
      return { length: 27 * scale, angle: 36 * spread, cuff: 15 };
    case 'bell':
      return { length: 54 * scale, angle: 21 * spread, cuff: 12 };
    case 'balloon':
      return { length: 57 * scale, angle: 21 * spread, cuff: 8 };
    default:
      return { length: 62 * scale, angle: 17 * spread, cuff: cut.width };
  }
}
