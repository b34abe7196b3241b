import type { RandomStream } from '@kaleido/foundation';
import { type ColourName, colours, darker, lighter } from './colours.ts';
import { Outline, round } from './outline.ts';

/** Draws something around the origin, about two units wide and high. */
type Thing = (random: RandomStream, paint: Paint) => string;

interface Paint {
  readonly first: string;
  readonly second: string;
  /** A fill that runs from light to dark, or is patterned. */
  readonly shaded: string;
}

const fill = (outline: Outline, colour: string, more = ''): string => `<path d="${outline}" fill="${colour}"${more}/>`;
const stroke = (outline: Outline, colour: string, width: number): string =>
  `<path d="${outline}" fill="none" stroke="${colour}" stroke-width="${round(width)}" stroke-linecap="round"/>`;

const watch: Thing = (random, { first, second, shaded }) => {
  const strap = 0.22 + 0.14 * random.uniform();
  const dial = 0.4 + 0.16 * random.uniform();
  return (
    fill(Outline.box(-strap, -1, 2 * strap, 2, 0.12), shaded) +
    fill(Outline.ellipse(0, 0, dial, dial), darker(first, 0.3)) +
    fill(Outline.ellipse(0, 0, dial * 0.82, dial * 0.82), random.chance(0.5) ? '#f4f3ee' : second) +
    stroke(
      Outline.from(0, -dial * 0.6)
        .line(0, 0)
        .line(dial * 0.45, dial * 0.2),
      '#3a3a3a',
      0.05,
    )
  );
};

const glasses: Thing = (random, { first, shaded }) => {
  const [wide, high] = [0.36 + 0.08 * random.uniform(), 0.22 + 0.12 * random.uniform()];
  const frame = 0.05 + 0.06 * random.uniform();
  const sides = [-1, 1].map((side) => {
    const lens = Outline.box(side * 0.48 - wide, -high, 2 * wide, 2 * high, random.pick([0.08, 0.2, 0.5]));
    return (
      fill(lens, shaded, ` fill-opacity="${random.pick([1, 0.9])}"`) +
      `<path d="${lens}" fill="none" stroke="${first}" stroke-width="${round(frame)}"/>` +
      stroke(
        Outline.from(side * 0.86, -high * 0.5).line(side * (1 + 0.1 * random.uniform()), -0.4 - 0.4 * random.uniform()),
        first,
        frame * 1.3,
      )
    );
  });
  return (
    sides.join('') +
    stroke(Outline.from(-0.14, -high * 0.4).curve(-0.05, -high, 0.05, -high, 0.14, -high * 0.4), first, frame)
  );
};

const belt: Thing = (random, { first, second }) => {
  const high = 0.2 + 0.35 * random.uniform();
  const wide = 0.12 + 0.16 * random.uniform();
  return (
    `<path d="${Outline.ellipse(0, 0, 0.95, high)}" fill="none" stroke="${darker(first, 0.25)}" stroke-width="${round(wide)}"/>` +
    stroke(Outline.from(-0.95, 0).curve(-0.9, high * 1.3, 0.9, high * 1.3, 0.95, 0), first, wide) +
    (random.chance(0.7)
      ? `<path d="${Outline.box(-0.14, high - wide * 0.7, 0.28, wide * 1.5, 0.03)}" fill="none" stroke="${second}" stroke-width="0.06"/>`
      : '')
  );
};

const wallet: Thing = (random, { first, second, shaded }) => {
  const high = 0.5 + 0.45 * random.uniform();
  const lean = (random.uniform() - 0.5) * 0.4;
  return (
    fill(Outline.polygon([-1, -high], [0.9, -high + lean], [1, high + lean], [-0.9, high]), shaded) +
    stroke(Outline.from(-0.9, -high * 0.3).line(0.9, -high * 0.3 + lean), darker(first, 0.3), 0.03) +
    (random.chance(0.5) ? fill(Outline.box(-0.3, -0.12, 0.6, 0.24, 0.04), second) : '')
  );
};

const bottle: Thing = (random, { first, second, shaded }) => {
  const wide = 0.28 + 0.3 * random.uniform();
  return (
    fill(Outline.box(-wide, -0.5, 2 * wide, 1.5, 0.1), shaded) +
    fill(Outline.box(-wide * 0.5, -0.95, wide, 0.5, 0.05), first) +
    fill(Outline.box(-wide * 0.7, 0, wide * 1.4, 0.45), second)
  );
};

const jewel: Thing = (random, { first, second }) => {
  const beads = 8 + random.integer(18);
  const radius = 0.04 + 0.07 * random.uniform();
  const [wide, high] = [0.6 + 0.35 * random.uniform(), 0.6 + 0.35 * random.uniform()];
  const shapes = [
    `<path d="${Outline.ellipse(0, 0, wide, high)}" fill="none" stroke="${second}" stroke-width="${round(0.02 + 0.05 * random.uniform())}"/>`,
  ];
  for (let i = 0; i < beads; i++) {
    const angle = (2 * Math.PI * i) / beads;
    shapes.push(
      fill(
        Outline.ellipse(wide * Math.cos(angle), high * Math.sin(angle), radius, radius),
        i % 3 === 0 ? second : first,
      ),
    );
  }
  return shapes.join('');
};

const box: Thing = (random, { first, shaded }) => {
  const [depth, rise] = [0.2 + 0.4 * random.uniform(), 0.15 + 0.3 * random.uniform()];
  return (
    fill(Outline.polygon([-1, -0.5], [1 - depth, -0.5], [1 - depth, 0.9], [-1, 0.9]), shaded) +
    fill(
      Outline.polygon([-1, -0.5], [-1 + depth, -0.5 - rise], [1, -0.5 - rise], [1 - depth, -0.5]),
      lighter(first, 0.25),
    ) +
    fill(Outline.polygon([1 - depth, -0.5], [1, -0.5 - rise], [1, 0.9 - rise], [1 - depth, 0.9]), darker(first, 0.25))
  );
};

/** A random shape: a photograph may show unknown objects. */
const blob: Thing = (random, { second, shaded }) => {
  const corners = 4 + random.integer(8);
  const outline = Outline.smooth(
    Array.from({ length: corners }, (_, i) => {
      const angle = (2 * Math.PI * (i + 0.5 * random.uniform())) / corners;
      const radius = 0.35 + 0.65 * random.uniform();
      return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
    }),
    random.pick([0.2, 0.6, 1]),
  );
  const mark = Outline.ellipse((random.uniform() - 0.5) * 0.5, (random.uniform() - 0.5) * 0.5, 0.2, 0.15);
  return fill(outline, shaded) + fill(mark, second);
};

const things: readonly Thing[] = [watch, glasses, belt, wallet, bottle, jewel, box, blob];

/** Something that shops sell and the atelier does not: a watch, glasses, a belt, a bottle; or a random shape. */
export function drawThing(random: RandomStream): { readonly definitions: string; readonly shapes: string } {
  const names = Object.keys(colours) as ColourName[];
  const [first, second] = [colours[random.pick(names)].hex, colours[random.pick(names)].hex];
  const angle = random.uniform() * 2 * Math.PI;
  const [x, y] = [Math.cos(angle) / 2, Math.sin(angle) / 2];
  const patterned = random.chance(0.3);
  const [wide, thick] = [0.1 + 0.3 * random.uniform(), 0.02 + 0.12 * random.uniform()];
  return {
    definitions: patterned
      ? `<pattern id="paint" patternUnits="userSpaceOnUse" width="${round(wide)}" height="${round(wide)}" patternTransform="rotate(${random.integer(180)})"><rect width="${round(wide)}" height="${round(wide)}" fill="${first}"/><rect width="${round(Math.min(wide, thick))}" height="${round(wide)}" fill="${second}"/></pattern>`
      : `<linearGradient id="paint" x1="${round(0.5 - x)}" y1="${round(0.5 - y)}" x2="${round(0.5 + x)}" y2="${round(0.5 + y)}"><stop offset="0" stop-color="${lighter(first, 0.3)}"/><stop offset="1" stop-color="${darker(first, 0.35)}"/></linearGradient>`,
    shapes: random.pick(things)(random, { first, second, shaded: 'url(#paint)' }),
  };
}
