/** A part of the picture that opens. */
export type PartId =
  | 'photograph'
  | 'mask'
  | 'box'
  | 'level'
  | 'vectors'
  | 'pieces'
  | 'sequence'
  | 'attention'
  | 'answers';

export interface PartOfTheWay {
  readonly id: PartId;
  /** Its sentence in the text beside the picture. */
  readonly sentence: string;
  /** The row of the picture below which it opens. */
  readonly row: 'photograph' | 'patches' | 'pieces' | 'sequence' | 'layers';
}

/** The parts in the order in which the product passes them. */
export const partsOfTheWay: readonly PartOfTheWay[] = [
  {
    id: 'photograph',
    sentence: 'A photograph comes in. It is a grid of pixels, each of three numbers.',
    row: 'photograph',
  },
  {
    id: 'mask',
    sentence: 'A mask says which pixels show the product. All around it is painted white.',
    row: 'photograph',
  },
  {
    id: 'box',
    sentence: 'A box is set around the product. Drag it, and the model looks elsewhere.',
    row: 'photograph',
  },
  {
    id: 'level',
    sentence: 'The box is cut into 1, 4, 9, 16 and 25 patches: five levels, from the whole to the detail.',
    row: 'patches',
  },
  {
    id: 'vectors',
    sentence: 'Each patch becomes a vector: a list of numbers that says how it looks.',
    row: 'patches',
  },
  {
    id: 'pieces',
    sentence: 'The caption is cut too, into word pieces that the model knows.',
    row: 'pieces',
  },
  {
    id: 'sequence',
    sentence: 'Pieces and patches stand in one row, as vectors of one kind. Such a row is what a transformer reads.',
    row: 'sequence',
  },
  {
    id: 'attention',
    sentence:
      'In each layer all of them look at each other: words at patches, patches at words. Each head looks in its own way.',
    row: 'layers',
  },
  {
    id: 'answers',
    sentence: 'At the end the model answers. The first question: do caption and photograph belong together?',
    row: 'layers',
  },
];

/** The part that an address names. */
export function partNamed(id: string | undefined): PartOfTheWay | undefined {
  return partsOfTheWay.find((part) => part.id === id);
}
