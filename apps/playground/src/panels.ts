import type { ComponentType } from 'preact';
import { lazy } from './parts/lazy.tsx';

export interface Panel {
  /** In the address. */
  readonly id: string;
  readonly title: string;
  /** One sentence below the title. */
  readonly lead: string;
  readonly view: ComponentType;
}

/** The panels in the order of the menu. Each is loaded when it is first opened. */
export const panels: readonly Panel[] = [
  {
    id: 'way-in',
    title: 'The way in',
    lead: 'From a photograph and a caption to one sequence that a transformer reads.',
    view: lazy(() => import('./panels/way-in/way-in.tsx').then(({ WayIn }) => WayIn)),
  },
  {
    id: 'words-and-patches',
    title: 'Words and patches',
    lead: 'Which part of the picture a word means, seen in four ways.',
    view: lazy(() =>
      import('./panels/words-and-patches/words-and-patches.tsx').then(({ WordsAndPatches }) => WordsAndPatches),
    ),
  },
  {
    id: 'puzzles',
    title: 'Five puzzles',
    lead: 'Turned, shuffled, swapped, greyed, blanked: what the model practised on. Play against it.',
    view: lazy(() => import('./panels/puzzles/puzzles.tsx').then(({ Puzzles }) => Puzzles)),
  },
  {
    id: 'match',
    title: 'Match and search',
    lead: 'Which caption belongs to a photograph, and which photographs belong to a caption.',
    view: lazy(() => import('./panels/match/match.tsx').then(({ Match }) => Match)),
  },
  {
    id: 'read',
    title: 'Read it',
    lead: 'What the model calls a garment, how it describes it, and the words it fills in.',
    view: lazy(() => import('./panels/read/read.tsx').then(({ Read }) => Read)),
  },
  {
    id: 'train',
    title: 'Train here',
    lead: 'A small model learns in this tab, from nothing or from your own photographs.',
    view: lazy(() => import('./panels/train/train.tsx').then(({ Train }) => Train)),
  },
  {
    id: 'about',
    title: 'About',
    lead: 'What runs on this machine, and how fast.',
    view: lazy(() => import('./panels/about/about.tsx').then(({ About }) => About)),
  },
];
