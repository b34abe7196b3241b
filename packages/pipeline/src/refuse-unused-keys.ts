import { KaleidoError } from '@kaleido/foundation';
import { type KaleidoBertConfig, kaleidoBertConfig, presetSize } from '@kaleido/model';
import { type PretrainTask, pretrainTasks } from '@kaleido/pretrain-tasks';
import type { Recipe, RecipeExtractor, RecipeStage } from './recipe.ts';

/** A key that says something other than its default and decides nothing. */
interface UnusedKey {
  readonly key: string;
  readonly value: unknown;
  readonly why: string;
}

/**
 * Refuses what a recipe says without any effect, for whoever wrote it meant something by it. A value that is the default
 * says nothing and may stand.
 * @throws KaleidoError naming the first such key, and why it decides nothing
 */
export function refuseUnusedKeys(recipe: Recipe, name: string): void {
  const [first] = unusedKeys(recipe);
  if (first === undefined) return;
  throw new KaleidoError({
    source: 'pipeline',
    problem: `"${first.key}" of the recipe ${name} has no effect: ${first.why}`,
    found: first.value,
    advice: 'leave it out, or change what keeps it from having one',
  });
}

function unusedKeys(recipe: Recipe): UnusedKey[] {
  const { data, features, fineTuning } = recipe;
  const config = configOf(recipe);
  return [
    ...extractorKeys('features.extractor', features.extractor),
    ...(data.kind === 'folder' && data.more?.extractor !== undefined
      ? extractorKeys('data.more.extractor', data.more.extractor)
      : []),
    ...when(
      features.cutOut && features.foreground.kind === 'whole-image',
      'features.cutOut',
      features.cutOut,
      'features.foreground "whole-image" finds no background to paint',
    ),
    ...(config === undefined ? [] : modelKeys(recipe, config)),
    ...recipe.stages.flatMap((stage, index) => stageKeys(`stages.${index}`, stage, config)),
    ...when(
      fineTuning !== undefined && fineTuning.patchShare < 1 && fineTuning.inputs.every((inputs) => inputs === 'text'),
      'fineTuning.patchShare',
      fineTuning?.patchShare,
      'fineTuning.inputs has captions alone, which have no patches',
    ),
  ];
}

function when(applies: boolean, key: string, value: unknown, why: string): UnusedKey[] {
  return applies ? [{ key, value, why }] : [];
}

function extractorKeys(key: string, extractor: RecipeExtractor): UnusedKey[] {
  if (extractor.kind === 'joined')
    return extractor.parts.flatMap((part, index) => extractorKeys(`${key}.parts.${index}`, part));
  if (extractor.kind === 'pixels' || extractor.kind === 'colours') return [];
  const { scheme, rotatedInputSize } = extractor;
  return when(
    scheme === 'pass-per-patch' && rotatedInputSize !== undefined,
    `${key}.rotatedInputSize`,
    rotatedInputSize,
    'the scheme "pass-per-patch" passes turned patches in inputSize, as all others',
  );
}

/** Nothing where the settings are wrong: who opens the model says so. */
function configOf({ model }: Recipe): KaleidoBertConfig | undefined {
  try {
    return kaleidoBertConfig({
      ...presetSize(model.preset),
      ...model.settings,
      vocab_size: 1000,
      patch_feature_size: 1,
    });
  } catch {
    return undefined;
  }
}

function modelKeys({ model, stages }: Recipe, config: KaleidoBertConfig): UnusedKey[] {
  const plain = kaleidoBertConfig({ ...presetSize(model.preset), vocab_size: 1000, patch_feature_size: 1 });
  const given = (key: keyof KaleidoBertConfig, applies: boolean, why: string): UnusedKey[] =>
    when(
      applies && key in model.settings && config[key] !== plain[key],
      `model.settings.${key}`,
      model.settings[key],
      why,
    );
  const hasTasks = stages.some(({ objectives }) => objectives.tasks !== undefined);
  const noTasks = 'no stage has objectives.tasks, which alone mask patches';
  return [
    ...given('joint_view', config.joint_size === 0, 'there is no joint space where model.settings.joint_size is 0'),
    ...given(
      'attention_initialisation',
      model.bert !== undefined,
      'the attention of the BERT that model.bert names takes its place',
    ),
    ...given('masked_greymask_patch_num', !hasTasks, noTasks),
    ...given('masked_blankmask_patch_num', !hasTasks, noTasks),
  ];
}

function stageKeys(
  at: string,
  { hardNegatives, objectives }: RecipeStage,
  config: KaleidoBertConfig | undefined,
): UnusedKey[] {
  const { contrastive, matching, tasks } = objectives;
  const readsWhole = config !== undefined && config.joint_size > 0 && config.joint_view === 'whole';
  const unused: UnusedKey[] = [];
  const add = (applies: boolean, key: string, value: unknown, why: string): void => {
    unused.push(...when(applies, `${at}.${key}`, value, why));
  };
  if (contrastive !== undefined) {
    const { weight, meanWeight, meanBatchSize, patchShare, labelSmoothing, more } = contrastive;
    const key = 'objectives.contrastive';
    const learnsMore = more !== undefined && more.weight > 0;
    add(
      weight === 0 && meanWeight === 0 && !learnsMore,
      key,
      { weight, meanWeight },
      'its weight and its meanWeight are 0',
    );
    add(meanWeight === 0 && meanBatchSize !== undefined, `${key}.meanBatchSize`, meanBatchSize, 'meanWeight is 0');
    add(
      readsWhole && meanWeight === 0 && patchShare < 1,
      `${key}.patchShare`,
      patchShare,
      'meanWeight is 0, and a joint space of joint_view "whole" looks at one patch alone',
    );
    add(
      weight === 0 && !learnsMore && labelSmoothing > 0,
      `${key}.labelSmoothing`,
      labelSmoothing,
      "weight is 0, and it smooths the joint space's targets alone",
    );
    add(more?.weight === 0, `${key}.more`, more, 'its weight is 0');
  }
  if (matching !== undefined) {
    const { weight, binaryWeight, distillation, groupSize } = matching;
    const key = 'objectives.matching';
    add(weight === 0, key, { weight }, 'its weight is 0');
    add(distillation?.weight === 0, `${key}.distillation`, distillation, 'its weight is 0');
    add(
      groupSize === 1 && binaryWeight === 0,
      key,
      { groupSize, binaryWeight },
      'a caption has nothing to choose among where groupSize is 1, and binaryWeight is 0',
    );
  }
  if (tasks !== undefined) {
    const weightOf = (task: PretrainTask): number => tasks.weights[task] ?? 1;
    add(
      pretrainTasks.every((task) => weightOf(task) === 0),
      'objectives.tasks',
      { weights: tasks.weights },
      'all its weights are 0',
    );
  }
  if (hardNegatives !== undefined) {
    const drawsGroups = (contrastive?.groupSize ?? 1) > 1 || (matching?.groupSize ?? 1) > 1;
    add(
      !drawsGroups,
      'hardNegatives',
      hardNegatives,
      'no objective of the stage draws groups: contrastive and matching do, with a groupSize above 1',
    );
    add(hardNegatives.share === 0, 'hardNegatives', hardNegatives, 'its share is 0');
  }
  return unused;
}
