import { type StageObjectives, stageObjectivesSchema, type TaskCatalogue } from '@kaleido/pretrain-tasks';

/** What can be practised: an objective of `@kaleido/pretrain-tasks`. */
export type ObjectiveName = 'contrastive' | 'words' | 'tasks' | 'matching';

export const objectiveNames: readonly ObjectiveName[] = ['contrastive', 'words', 'tasks', 'matching'];

/** Those that a new training begins with: steps are quick, and each learns within a minute. */
export const firstObjectives: readonly ObjectiveName[] = ['contrastive', 'words', 'tasks'];

/** A step takes so many of each: small batches give many steps a second. */
export const batchSizes = { contrastive: 32, words: 24, tasks: 12, matchingGroups: 4, matchingGroup: 4 } as const;

const settings = {
  contrastive: { batchSize: batchSizes.contrastive, groupSize: 4, patchShare: 0.5, meanWeight: 0.25 },
  words: { batchSize: batchSizes.words, rate: 0.4, shownAsMask: 1, patchShare: 0.25 },
  tasks: { batchSize: batchSizes.tasks },
  matching: { groups: batchSizes.matchingGroups, groupSize: batchSizes.matchingGroup, patchShare: 0.5 },
} as const satisfies Record<ObjectiveName, object>;

/** The settings of a stage. @throws for none: nothing would be learned */
export function stageObjectives(names: readonly ObjectiveName[]): StageObjectives {
  return stageObjectivesSchema.parse(Object.fromEntries(names.map((name) => [name, settings[name]])));
}

/** Losses that are drawn as curves, by their names in the trainer's log. */
export interface Figure {
  readonly name: string;
  readonly objective: ObjectiveName;
}

/** In the order of the page. */
export const figures: readonly Figure[] = [
  { name: 'contrastive', objective: 'contrastive' },
  { name: 'words', objective: 'words' },
  { name: 'rotation', objective: 'tasks' },
  { name: 'jigsaw', objective: 'tasks' },
  { name: 'camouflage', objective: 'tasks' },
  { name: 'greyToColour', objective: 'tasks' },
  { name: 'blankToColour', objective: 'tasks' },
  { name: 'maskedTokens', objective: 'tasks' },
  { name: 'match', objective: 'tasks' },
  { name: 'matchingChoice', objective: 'matching' },
];

/**
 * The loss of an answer that does not look: all choices equally likely, and word pieces as often as they occur. Colouring
 * in has no such number.
 * @param catalogue of whose captions the pieces are counted
 */
export function baselines(
  catalogue: Pick<TaskCatalogue, 'rows' | 'textLength' | 'ids' | 'lengths'>,
): Record<string, number> {
  const pieces = pieceEntropy(catalogue);
  return {
    contrastive: Math.log(batchSizes.contrastive),
    words: pieces,
    maskedTokens: pieces,
    rotation: Math.log(4),
    jigsaw: Math.log(24),
    camouflage: Math.log(9),
    match: Math.log(2),
    // The choice, and a tenth of the yes or no that the objective adds.
    matchingChoice: Math.log(batchSizes.matchingGroup) + 0.1 * Math.log(2),
  };
}

/** Cross-entropy of the pieces of all captions, [CLS] and [SEP] left out, when only their frequencies are known. */
function pieceEntropy({ rows, textLength, ids, lengths }: Parameters<typeof baselines>[0]): number {
  const counts = new Map<number, number>();
  let total = 0;
  for (let row = 0; row < rows; row++)
    for (let at = 1; at < (lengths[row] as number) - 1; at++) {
      const id = ids[row * textLength + at] as number;
      counts.set(id, (counts.get(id) ?? 0) + 1);
      total += 1;
    }
  let sum = 0;
  for (const count of counts.values()) sum -= (count / total) * Math.log(count / total);
  return sum;
}
