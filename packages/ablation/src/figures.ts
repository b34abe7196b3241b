import type { Evaluation } from '@kaleido/eval';

/** A figure that variants are compared by. */
export interface ComparedFigure {
  /** In ablation.json. */
  readonly key: string;
  readonly title: string;
  /** Undefined if the run did not measure it. */
  read(evaluation: Evaluation): number | undefined;
}

const sumR = (scorer: string, title: string): ComparedFigure => ({
  key: `sumR.${scorer}`,
  title: `SumR, ${title}`,
  read: ({ retrieval }) => retrieval?.scorers?.[scorer]?.sumR,
});

const puzzle = (name: 'rotation' | 'jigsaw' | 'camouflage', title: string): ComparedFigure => ({
  key: `puzzles.${name}`,
  title,
  read: ({ puzzles }) => puzzles?.[name],
});

/**
 * The figures of a run that an ablation compares; all are better the higher they are, except that of words with another
 * product's photograph, which shows what is known without looking.
 * @param recognition field and inputs of recognition, e.g. `subcategory:image`
 */
export function comparedFigures(recognition: string): readonly ComparedFigure[] {
  return [
    sumR('combined', 'combined'),
    sumR('embeddings', 'embeddings'),
    sumR('matching', 'matching head'),
    { key: 'words', title: 'Masked words', read: ({ words }) => words?.accuracy },
    {
      key: 'words.otherPhotograph',
      title: "Words, another's photograph",
      read: ({ words }) => words?.otherPhotograph.accuracy,
    },
    {
      key: `recognition.${recognition}`,
      title: `Recognition, ${recognition.replace(':', ' from ')}`,
      read: (evaluation) => evaluation.recognition?.[recognition]?.accuracy,
    },
    puzzle('rotation', 'Rotation'),
    puzzle('jigsaw', 'Jigsaw'),
    puzzle('camouflage', 'Camouflage'),
    { key: 'captions.ciderD', title: 'CIDEr-D', read: ({ captions }) => captions?.ciderD },
    {
      key: 'alignment.level5',
      title: 'Alignment, level 5',
      // A run has one aligner.
      read: ({ alignment }) => Object.values(alignment ?? {})[0]?.level5,
    },
  ];
}
