import type { RandomStream } from '@kaleido/foundation';
import { colours, darker, lighter, mix } from './colours.ts';
import { Outline, round } from './outline.ts';

/** Where the picture was taken. */
export type BackgroundKind = 'studio' | 'coloured' | 'cluttered';

/** A background in the square 0..256, as SVG definitions and shapes. */
export interface Background {
  readonly definitions: string;
  readonly shapes: string;
}

const frame = 256;

const backdrops = [
  '#d9b8a3',
  '#b7c7b0',
  '#a9c0cf',
  '#e3cfa0',
  '#c9b3cc',
  '#d99a86',
  '#8fa6a0',
  '#e7d9cd',
  '#7f8fa8',
  '#b98f7a',
  '#f0c9c9',
  '#6f7f6a',
  '#c4c9a8',
  '#9a8fb0',
];

const furniture = [
  '#8a6a4c',
  '#c9a877',
  '#5c4a3f',
  '#d8d2c6',
  '#3f4a52',
  '#a8574a',
  '#6b7f86',
  '#b8b0a2',
  '#54694f',
  '#c78f4f',
];

export function drawBackground(kind: BackgroundKind, random: RandomStream): Background {
  switch (kind) {
    case 'studio':
      return studio(random);
    case 'coloured':
      return coloured(random);
    case 'cluttered':
      return cluttered(random);
  }
}

/** A background alone as SVG; `imageSize` is the side of the square in pixels. */
export function drawScene(kind: BackgroundKind, imageSize: number, random: RandomStream): string {
  const { definitions, shapes } = drawBackground(kind, random);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${imageSize}" height="${imageSize}" viewBox="0 0 ${frame} ${frame}"><defs>${definitions}</defs>${shapes}</svg>`;
}

function rectangle(x: number, y: number, width: number, height: number, fill: string, more = ''): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"${more}/>`;
}

function gradient(id: string, top: string, bottom: string): string {
  return `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient>`;
}

/** White to light grey, with or without a floor. */
function studio(random: RandomStream): Background {
  const top = mix('#ffffff', '#dfe0e2', random.uniform());
  const bottom = darker(top, 0.02 + random.uniform() * 0.1);
  return { definitions: gradient('sky', top, bottom), shapes: rectangle(0, 0, frame, frame, 'url(#sky)') };
}

/** A paper roll in a colour, lit from one side. */
function coloured(random: RandomStream): Background {
  const base = random.chance(0.5)
    ? random.pick(backdrops)
    : mix(colours[random.pick(Object.keys(colours) as (keyof typeof colours)[])].hex, '#e8e4dc', 0.35);
  const shapes = [rectangle(0, 0, frame, frame, 'url(#sky)')];
  if (random.chance(0.5)) {
    const height = 175 + random.uniform() * 50;
    shapes.push(rectangle(0, height, frame, frame - height, darker(base, 0.12), ' fill-opacity="0.6"'));
  }
  return { definitions: gradient('sky', lighter(base, 0.12), darker(base, 0.14)), shapes: shapes.join('') };
}

/** A room: wall, floor and some furnishings. */
function cluttered(random: RandomStream): Background {
  const wall = mix(random.pick(backdrops), '#e9e5dd', 0.2 + random.uniform() * 0.5);
  const floor = mix(random.pick(furniture), '#cbb79c', random.uniform() * 0.6);
  const horizon = 150 + random.uniform() * 70;
  const shapes = [rectangle(0, 0, frame, frame, 'url(#sky)')];
  const definitions = [gradient('sky', lighter(wall, 0.1), darker(wall, 0.08))];
  switch (random.integer(4)) {
    case 0:
      definitions.push(
        `<pattern id="wall" patternUnits="userSpaceOnUse" width="40" height="18"><path d="M0 .5H40M0 9.5H40M10 0V9M30 9V18" stroke="${darker(wall, 0.25)}" stroke-width="1.2" stroke-opacity="0.5"/></pattern>`,
      );
      shapes.push(rectangle(0, 0, frame, horizon, 'url(#wall)'));
      break;
    case 1:
      definitions.push(
        `<pattern id="wall" patternUnits="userSpaceOnUse" width="26" height="26">${rectangle(0, 0, 13, 26, darker(wall, 0.12), ' fill-opacity="0.5"')}</pattern>`,
      );
      shapes.push(rectangle(0, 0, frame, horizon, 'url(#wall)'));
      break;
    case 2:
      for (let x = random.uniform() * 30; x < frame; x += 34)
        shapes.push(rectangle(x, 0, 1.6, horizon, darker(wall, 0.2), ' fill-opacity="0.5"'));
      break;
    default:
      break;
  }
  shapes.push(rectangle(0, horizon, frame, frame - horizon, floor));
  if (random.chance(0.6)) {
    for (let y = horizon + 6; y < frame; y += 10 + (y - horizon) * 0.2) {
      shapes.push(rectangle(0, y, frame, 1, darker(floor, 0.35), ' fill-opacity="0.5"'));
    }
  }
  shapes.push(rectangle(0, horizon - 4, frame, 4, lighter(wall, 0.45)));
  const things = [shelf, plant, pictureFrame, lamp, chair, boxes, rail];
  const count = 3 + random.integer(4);
  for (let i = 0; i < count; i++) {
    // Most things are at the sides, where a photographer leaves them.
    const x = random.chance(0.75)
      ? random.chance(0.5)
        ? random.uniform() * 60
        : 196 + random.uniform() * 60
      : random.uniform() * frame;
    shapes.push(random.pick(things)(random, x, horizon));
  }
  return { definitions: definitions.join(''), shapes: shapes.join('') };
}

type Thing = (random: RandomStream, x: number, horizon: number) => string;

const shelf: Thing = (random, x) => {
  const y = 30 + random.uniform() * 80;
  const width = 60 + random.uniform() * 50;
  const wood = random.pick(furniture);
  const books = Array.from({ length: 7 }, (_, index) => {
    const height = 12 + random.uniform() * 14;
    return rectangle(x - width / 2 + 3 + index * (width / 8), y - height, width / 9.5, height, random.pick(furniture));
  });
  return (
    books.join('') +
    rectangle(x - width / 2, y, width, 4, wood) +
    rectangle(x - width / 2, y + 4, width, 2, '#000000', ' fill-opacity="0.2"')
  );
};

const plant: Thing = (random, x, horizon) => {
  const base = horizon + 14 + random.uniform() * 24;
  const green = mix('#3f6b45', '#8fae6a', random.uniform());
  const leaves = Array.from({ length: 9 }, (_, index) => {
    const turn = -70 + index * 17.5 + random.uniform() * 10;
    const length = 34 + random.uniform() * 26;
    return `<path d="M0 0C${round(length * 0.2)} ${round(-length * 0.4)} ${round(length * 0.12)} ${round(-length * 0.8)} 0 ${round(-length)}C${round(-length * 0.12)} ${round(-length * 0.8)} ${round(-length * 0.2)} ${round(-length * 0.4)} 0 0Z" fill="${index % 2 ? green : darker(green, 0.2)}" transform="translate(${round(x)} ${round(base - 22)}) rotate(${round(turn)})"/>`;
  });
  const pot = Outline.polygon([x - 13, base - 24], [x + 13, base - 24], [x + 9, base], [x - 9, base]);
  return `${leaves.join('')}<path d="${pot}" fill="${random.pick(furniture)}"/>`;
};

const pictureFrame: Thing = (random, x) => {
  const [width, height] = [28 + random.uniform() * 34, 30 + random.uniform() * 38];
  const y = 14 + random.uniform() * 60;
  return (
    rectangle(x - width / 2, y, width, height, random.pick(furniture)) +
    rectangle(x - width / 2 + 3, y + 3, width - 6, height - 6, '#f2eee6') +
    rectangle(x - width / 2 + 7, y + 8, width - 14, height * 0.4, random.pick(backdrops)) +
    `<circle cx="${round(x)}" cy="${round(y + height * 0.6)}" r="${round(width * 0.18)}" fill="${random.pick(furniture)}"/>`
  );
};

const lamp: Thing = (random, x, horizon) => {
  const top = 40 + random.uniform() * 40;
  const shade = Outline.polygon([x - 9, top], [x + 9, top], [x + 18, top + 26], [x - 18, top + 26]);
  return (
    rectangle(x - 1.2, top + 26, 2.4, horizon + 20 - top - 26, '#4a4038') +
    rectangle(x - 13, horizon + 18, 26, 3, '#4a4038') +
    `<path d="${shade}" fill="${mix('#f1e2bd', random.pick(furniture), 0.15)}"/>`
  );
};

const chair: Thing = (random, x, horizon) => {
  const wood = random.pick(furniture);
  const seat = horizon + 4;
  return (
    rectangle(x - 24, seat - 52, 5, 100, wood) +
    rectangle(x + 19, seat - 52, 5, 100, darker(wood, 0.15)) +
    rectangle(x - 24, seat - 50, 48, 8, wood) +
    rectangle(x - 24, seat - 32, 48, 6, wood) +
    rectangle(x - 28, seat, 56, 9, lighter(wood, 0.12))
  );
};

const boxes: Thing = (random, x, horizon) => {
  const shapes: string[] = [];
  let y = horizon + 30 + random.uniform() * 20;
  for (let i = 0; i < 3; i++) {
    const [width, height] = [34 + random.uniform() * 30, 16 + random.uniform() * 14];
    const shift = random.uniform() * 8 - 4;
    const tone = random.pick(furniture);
    shapes.push(
      rectangle(x - width / 2 + shift, y - height, width, height, tone) +
        rectangle(x - width / 2 + shift, y - height, width, 4, darker(tone, 0.2)),
    );
    y -= height;
  }
  return shapes.join('');
};

/** Clothes on a rail: other garments behind the one that is for sale. */
const rail: Thing = (random, x) => {
  const y = 26 + random.uniform() * 26;
  const shapes = [rectangle(x - 50, y, 100, 2.4, '#55504a')];
  for (let i = 0; i < 6; i++) {
    const left = x - 44 + i * 15;
    const bottom = y + 52 + random.uniform() * 34;
    const cloth = Outline.from(left + 6, y + 6)
      .line(left + 15, y + 13)
      .line(left + 14, bottom)
      .line(left - 2, bottom)
      .line(left - 3, y + 13)
      .close();
    shapes.push(
      `<path d="${cloth}" fill="${mix(random.pick(furniture), random.pick(backdrops), random.uniform())}"/>` +
        rectangle(left + 5.4, y + 1, 1.2, 6, '#55504a'),
    );
  }
  return shapes.join('');
};
