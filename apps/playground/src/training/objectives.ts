/** What can be practised: an objective of `@kaleido/pretrain-tasks`. */
export type ObjectiveName = 'contrastive' | 'words' | 'tasks' | 'matching';

export const objectiveNames: readonly ObjectiveName[] = ['contrastive', 'words', 'tasks', 'matching'];

/** Those that a new training begins with: steps are quick, and each learns within a minute. */
export const firstObjectives: readonly ObjectiveName[] = ['contrastive', 'words', 'tasks'];

/** A step takes so many of each: small batches give many steps a second. */
export const batchSizes = { contrastive: 32, words: 24, tasks: 12, matchingGroups: 4, matchingGroup: 4 } as const;

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
