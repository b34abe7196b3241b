import { type StageObjectives, stageObjectivesSchema } from '@kaleido/pretrain-tasks';
import { batchSizes, type ObjectiveName } from './objectives.ts';

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
