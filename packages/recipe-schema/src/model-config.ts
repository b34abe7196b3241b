import { KaleidoError } from '@kaleido/foundation';
import { type KaleidoBertConfig, kaleidoBertConfig, presetSize } from '@kaleido/model';
import type { Recipe } from './recipe.ts';

/** The configuration of a recipe's model. @throws KaleidoError for an unknown preset or a wrong setting */
export function modelConfig(recipe: Recipe, vocabularySize: number, featureWidth: number): KaleidoBertConfig {
  for (const key of ['vocab_size', 'patch_feature_size'])
    if (key in recipe.model.settings)
      throw new KaleidoError({
        source: 'recipe-schema',
        problem: `model.settings of the recipe ${recipe.name} cannot decide "${key}"`,
        found: recipe.model.settings[key],
        advice: 'leave it out: it follows from the tokenizer or the feature extractor',
      });
  const config = kaleidoBertConfig({
    ...presetSize(recipe.model.preset),
    ...recipe.model.settings,
    vocab_size: vocabularySize,
    patch_feature_size: featureWidth,
  });
  if (config.joint_size > 0 && config.joint_view === 'whole') return config;
  for (const { name, objectives } of recipe.stages)
    for (const key of ['more', 'meanBatchSize'] as const)
      if (objectives.contrastive?.[key] !== undefined)
        throw new KaleidoError({
          source: 'recipe-schema',
          problem: `the stage ${name} of the recipe ${recipe.name} has contrastive.${key}, for which the joint space must read the whole garment`,
          found: `joint_size ${config.joint_size}, joint_view ${config.joint_view}`,
          advice: `set model.settings.joint_size above 0 and joint_view to "whole", or leave ${key} out`,
        });
  return config;
}
