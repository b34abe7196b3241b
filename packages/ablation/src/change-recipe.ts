import { didYouMean, KaleidoError } from '@kaleido/foundation';
import type { Ablation } from './ablation.ts';
import { isObject, type JsonObject, mergePatch } from './merge-patch.ts';

/** Keys that the ablation sets itself. */
const own = ['name', 'seed', 'description', 'command', 'hardware', 'expectedTime', 'expectedFigures'];

/**
 * The values of a recipe after a change.
 * @param where names the change in errors
 * @throws KaleidoError for a stage that the recipe does not have, and a key that is not a variant's to change
 */
export function changeRecipe(
  recipe: JsonObject,
  { change, stages }: Pick<Ablation, 'change' | 'stages'>,
  where: string,
): JsonObject {
  const forbidden = own.find((key) => key in change);
  if (forbidden !== undefined)
    throw new KaleidoError({
      source: 'ablation',
      problem: `${where} changes "${forbidden}", which the ablation sets for every run`,
      found: change[forbidden],
      advice: 'leave it out',
    });
  const changed = mergePatch(recipe, change) as JsonObject;
  return Object.keys(stages).length === 0 ? changed : { ...changed, stages: changeStages(changed, stages, where) };
}

function changeStages({ stages }: JsonObject, changes: Ablation['stages'], where: string): unknown[] {
  const all: readonly unknown[] = Array.isArray(stages) ? stages : [];
  const names = all.map((stage) => (isObject(stage) ? String(stage.name) : ''));
  const unknown = Object.keys(changes).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new KaleidoError({
      source: 'ablation',
      problem: `${where} changes a stage that the recipe does not have`,
      found: unknown,
      advice: `${didYouMean(unknown, names)} its stages are ${names.join(', ')}`.trim(),
    });
  return all.flatMap((stage, index) => {
    const name = names[index] as string;
    const patch = Object.hasOwn(changes, name) ? changes[name] : {};
    return patch === null ? [] : [mergePatch(stage, patch)];
  });
}
