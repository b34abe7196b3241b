import type { ComponentType } from 'preact';
import { lazy } from './parts/lazy.tsx';

export interface Panel {
  /** In the address. */
  readonly id: string;
  readonly title: string;
  /** What there is to see and to do, in plain words, below the title. */
  readonly lead: string;
  readonly view: ComponentType;
}

/** The panels in the order of the menu. Each is loaded when it is first opened. */
export const panels: readonly Panel[] = [
  {
    id: 'way-in',
    title: 'The way in',
    lead: 'Kaleido-BERT looks at a fashion photograph, reads its caption, and says whether the two belong together. Here are all its steps, with the real numbers of this garment. Choose another garment above, or add a photo of yours.',
    view: lazy(() => import('./panels/way-in/way-in.tsx').then(({ WayIn }) => WayIn)),
  },
  {
    id: 'words-and-patches',
    title: 'Words and patches',
    lead: 'Point at a word: the patches of the photograph that belong to it light up. Point at a patch: its words do.',
    view: lazy(() =>
      import('./panels/words-and-patches/words-and-patches.tsx').then(({ WordsAndPatches }) => WordsAndPatches),
    ),
  },
  {
    id: 'puzzles',
    title: 'Five puzzles',
    lead: 'The model learned what garments look like from five puzzles. Play three against it, and see it paint the other two.',
    view: lazy(() => import('./panels/puzzles/puzzles.tsx').then(({ Puzzles }) => Puzzles)),
  },
  {
    id: 'match',
    title: 'Match and search',
    lead: 'Which caption belongs to a photograph? Which photographs belong to a caption?',
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
