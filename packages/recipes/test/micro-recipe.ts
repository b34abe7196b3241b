import type { AtelierData, Recipe } from '@kaleido/recipe-schema';
import { parseRecipe } from '@kaleido/recipe-schema';

/** A complete run in a few seconds, for tests. Its model is of no use. */
export function microRecipe(): Recipe & { readonly data: AtelierData } {
  const recipe = {
    name: 'micro',
    description: 'For tests.',
    command: 'none',
    hardware: 'any',
    expectedTime: 'seconds',
    expectedFigures: {},
    seed: 3,
    data: {
      kind: 'atelier',
      products: 96,
      heldOut: 24,
      retrieval: 16,
      retrievalSubcategories: ['sneakers'],
      imageSize: 32,
      trainingBackgrounds: { studio: 2, coloured: 1, cluttered: 1 },
    },
    features: {
      extractor: {
        kind: 'joined',
        parts: [
          { kind: 'pixels', size: 4 },
          { kind: 'colours', cells: 0 },
        ],
      },
    },
    tokenizer: { kind: 'train', size: 250 },
    model: {
      preset: 'tiny',
      settings: { text_seq_len: 24, position_scale: 'unit', standardise_features: true, joint_size: 16 },
    },
    stages: [
      { name: 'contrastive', steps: 16, learningRate: 0.002, objectives: { contrastive: { batchSize: 32 } } },
      {
        name: 'pre-training',
        steps: 8,
        learningRate: 0.001,
        hardNegatives: { perRow: 1, share: 0.8 },
        objectives: { contrastive: { batchSize: 16 }, matching: { groups: 2 }, tasks: { batchSize: 8 } },
      },
    ],
    fineTuning: { fields: ['category'], inputs: ['image'], epochs: 1, batchSize: 16, learningRate: 0.001 },
    evaluation: { lists: 2, queries: 8, candidates: 8, weightQueries: 8, puzzles: 16 },
  };
  return parseRecipe(JSON.stringify(recipe), 'micro') as Recipe & { readonly data: AtelierData };
}
