/** A puzzle that visitors answer. */
export type PlayedKind = 'turn' | 'shuffle' | 'camouflage';

/** A puzzle that the model paints. */
export type PaintedKind = 'grey' | 'blank';

export type PuzzleKind = PlayedKind | PaintedKind;

/** What the page says of a puzzle. */
export interface PuzzleText {
  readonly kind: PuzzleKind;
  /** Its patches are those of this level: level x level of them. */
  readonly level: 1 | 2 | 3 | 4 | 5;
  readonly title: string;
  readonly question: string;
  readonly how: string;
  /** What the model learns by it. */
  readonly why: string;
}

/** The five puzzles, from the whole object to its smallest patches (paper 3.6). */
export const puzzleTexts: readonly PuzzleText[] = [
  {
    kind: 'turn',
    level: 1,
    title: 'Turn',
    question: 'Which way was this picture turned?',
    how: 'Choose one of four, or press 1 to 4.',
    why: 'To know which way is up, the model has to know what it looks at: where a sleeve sits, and where a sole.',
  },
  {
    kind: 'shuffle',
    level: 2,
    title: 'Shuffle',
    question: 'The four quarters were shuffled. In which order do they belong?',
    how: 'Choose two quarters to swap them.',
    why: 'The model learns how the parts of a garment lie: the collar above the hem, left beside right.',
  },
  {
    kind: 'camouflage',
    level: 3,
    title: 'Camouflage',
    question: 'One of these nine patches is from another product. Which one?',
    how: 'Choose a patch, or press 1 to 9.',
    why: 'The model learns which colours, fabrics and lines belong together.',
  },
  {
    kind: 'grey',
    level: 4,
    title: 'Grey',
    question: 'Two patches lost their colour. What colour were they?',
    how: 'Change the caption, and see whether it paints by the picture or by the words.',
    why: 'The model learns which colours go together: those of the patches around, and those that the caption names.',
  },
  {
    kind: 'blank',
    level: 5,
    title: 'Blank',
    question: 'Three patches are gone. What was there?',
    how: 'Change the caption, and see whether it paints by the picture or by the words.',
    why: 'The model learns to carry on a pattern, an edge or a shape that it only sees around a hole.',
  },
];

const [first] = puzzleTexts as readonly [PuzzleText, ...PuzzleText[]];

/** The puzzle of that name; the first for any other name. */
export function puzzleTextOf(name: string | undefined): PuzzleText {
  return puzzleTexts.find(({ kind }) => kind === name) ?? first;
}

/** Whether visitors answer it. */
export function isPlayed(kind: PuzzleKind): kind is PlayedKind {
  return kind !== 'grey' && kind !== 'blank';
}
