import { KaleidoError } from '@kaleido/foundation';
import { jointPatches, type KaleidoBertConfig, kaleidoBertConfig, presetSize } from '@kaleido/model';
import { drawsGroups, idleSettings } from '@kaleido/pretrain-tasks';
import type { Recipe, RecipeExtractor, RecipeStage } from './recipe.ts';

/** A key that differs from its default and has no effect. */
interface UnusedKey {
  readonly key: string;
  readonly value: unknown;
  readonly why: string;
}

/**
 * Refuses a key that has no effect: its author expected one. A key with its default value is accepted.
 * @throws KaleidoError naming the first such key, and why it has no effect
 */
export function refuseUnusedKeys(recipe: Recipe, name: string): void {
  const [first] = unusedKeys(recipe);
  if (first === undefined) return;
  throw new KaleidoError({
    source: 'recipes',
    problem: `"${first.key}" of the recipe ${name} has no effect: ${first.why}`,
    found: first.value,
    advice: 'leave it out, or change what keeps it from having one',
  });
}

function unusedKeys(recipe: Recipe): UnusedKey[] {
  const { data, features, fineTuning, captioning, evaluation } = recipe;
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
    ...when(
      captioning === undefined && evaluation.captions !== 500,
      'evaluation.captions',
      evaluation.captions,
      'there is no "captioning", so no model writes captions',
    ),
  ];
}

function when(applies: boolean, key: string, value: unknown, why: string): UnusedKey[] {
  return applies ? [{ key, value, why }] : [];
}

function extractorKeys(key: string, extractor: RecipeExtractor): UnusedKey[] {
  if (extractor.kind === 'joined')
    return extractor.parts.flatMap((part, index) => extractorKeys(`${key}.parts.${index}`, part));
  if (!('scheme' in extractor)) return [];
  const { scheme, rotatedInputSize } = extractor;
  return when(
    scheme === 'pass-per-patch' && rotatedInputSize !== undefined,
    `${key}.rotatedInputSize`,
    rotatedInputSize,
    'the scheme "pass-per-patch" passes turned patches in inputSize, as all others',
  );
}

/** Undefined if the settings are invalid: opening the model reports that. */
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
  const none = 'no objective of the stage draws groups: contrastive and matching do, with a groupSize above 1';
  return [
    ...idleSettings(objectives, { jointPatches: config && jointPatches(config) }).map(({ path, value, why }) => ({
      key: [at, 'objectives', ...path].join('.'),
      value,
      why,
    })),
    ...when(hardNegatives !== undefined && !drawsGroups(objectives), `${at}.hardNegatives`, hardNegatives, none),
    ...when(hardNegatives?.share === 0, `${at}.hardNegatives`, hardNegatives, 'its share is 0'),
  ];
}
