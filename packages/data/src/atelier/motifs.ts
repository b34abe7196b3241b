import { round } from './outline.ts';
import { heartPath, starPath } from './shape-paths.ts';

export type MotifName =
  | 'star'
  | 'heart'
  | 'sun'
  | 'moon'
  | 'mountain'
  | 'bolt'
  | 'palm'
  | 'flower'
  | 'rainbow'
  | 'anchor';

/** A motif printed once. */
export interface Motif {
  /** Words before one of `motifNouns`. */
  readonly words: readonly string[];
  /** Path data in the square -1..1. */
  readonly data: string;
}

export const motifNouns: readonly string[] = ['print', 'motif', 'graphic'];

/** Where a motif is, which can be said after it. */
export const motifPlace = 'on the chest';

export const motifs: Readonly<Record<MotifName, Motif>> = {
  star: { words: ['star', 'single star'], data: starPath },
  heart: { words: ['heart'], data: heartPath },
  sun: {
    words: ['sun', 'sunrise'],
    data: `M-.5 .2A.5 .5 0 0 1 .5 .2Z${[-80, -48, -16, 16, 48, 80]
      .map((degrees) => {
        const angle = (degrees * Math.PI) / 180;
        const [x, y, sideX, sideY] = [
          Math.sin(angle),
          -Math.cos(angle),
          Math.cos(angle) * 0.06,
          Math.sin(angle) * 0.06,
        ];
        return `M${round(x * 0.62 - sideX)} ${round(y * 0.62 + 0.2 - sideY)}L${round(x)} ${round(y + 0.2)}L${round(x * 0.62 + sideX)} ${round(y * 0.62 + 0.2 + sideY)}Z`;
      })
      .join('')}M-1 .34H1V.46H-1ZM-.7 .6H.7V.72H-.7Z`,
  },
  moon: { words: ['moon', 'crescent moon'], data: 'M.3-.9A.9 .9 0 1 0 .9 .35A.72 .72 0 1 1 .3-.9Z' },
  mountain: {
    words: ['mountain', 'mountain peak'],
    data: 'M-1 .7L-.25-.7L.1-.05L.35-.4L1 .7ZM.72-.62A.2 .2 0 1 0 .73-.62Z',
  },
  bolt: { words: ['lightning bolt', 'lightning'], data: 'M.25-1L-.6 .15H-.05L-.3 1L.62-.2H.08Z' },
  palm: {
    words: ['palm tree'],
    data: 'M-.08 1C0 .5 0 .1-.05-.3L.1-.32C.16 .1 .15 .5 .12 1ZM0-.35C-.4-.75-.85-.55-.95-.1C-.65-.35-.3-.35 0-.35C-.45-.2-.55 .1-.5 .4C-.35 .05-.15-.15 .02-.3C.2-.15 .4 .05 .5 .4C.6 .1 .45-.2 .05-.35C.35-.4 .7-.35 .95-.1C.85-.6 .4-.75 .05-.38C.05-.65-.1-.85-.35-.95C-.25-.75-.1-.55 0-.35Z',
  },
  flower: {
    words: ['flower', 'daisy'],
    data: `${[0, 60, 120, 180, 240, 300]
      .map((degrees) => {
        const angle = (degrees * Math.PI) / 180;
        const [x, y] = [Math.sin(angle), -Math.cos(angle)];
        return `M${round(x * 0.25)} ${round(y * 0.25)}C${round(x * 0.6 + y * 0.45)} ${round(y * 0.6 - x * 0.45)} ${round(x + y * 0.2)} ${round(y - x * 0.2)} ${round(x)} ${round(y)}C${round(x - y * 0.2)} ${round(y + x * 0.2)} ${round(x * 0.6 - y * 0.45)} ${round(y * 0.6 + x * 0.45)} ${round(x * 0.25)} ${round(y * 0.25)}Z`;
      })
      .join('')}M-.16 0A.16 .16 0 1 0 .16 0A.16 .16 0 1 0-.16 0Z`,
  },
  rainbow: {
    words: ['rainbow'],
    data: 'M-1 .6A1 1 0 0 1 1 .6H.8A.8 .8 0 0 0-.8 .6ZM-.66 .6A.66 .66 0 0 1 .66 .6H.46A.46 .46 0 0 0-.46 .6ZM-.32 .6A.32 .32 0 0 1 .32 .6H.14A.14 .14 0 0 0-.14 .6Z',
  },
  anchor: {
    words: ['anchor'],
    data: 'M-.08-.55H.08V.7C.4 .65 .65 .4 .72 .1L.55 .2L.78-.2L1 .22L.86 .15C.8 .65 .45 1 0 1C-.45 1-.8 .65-.86 .15L-1 .22L-.78-.2L-.55 .2L-.72 .1C-.65 .4-.4 .65-.08 .7ZM-.35-.4H.35V-.26H-.35ZM0-1A.25 .25 0 1 0 .01-1ZM0-.87A.12 .12 0 1 1-.01-.87Z',
  },
};

export const motifNames: readonly MotifName[] = Object.keys(motifs) as MotifName[];
