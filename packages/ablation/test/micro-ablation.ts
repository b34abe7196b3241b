/** A whole run in a few seconds; its model is of no use. */
const microRecipe = {
  name: 'micro',
  description: 'For tests.',
  command: 'none',
  hardware: 'any',
  expectedTime: 'seconds',
  expectedFigures: {},
  seed: 3,
  data: {
    kind: 'atelier',
    products: 64,
    heldOut: 16,
    retrieval: 12,
    retrievalSubcategories: ['sneakers'],
    imageSize: 32,
  },
  features: { extractor: { kind: 'pixels', size: 4 } },
  tokenizer: { kind: 'train', size: 250 },
  model: {
    preset: 'tiny',
    settings: { text_seq_len: 24, position_scale: 'unit', standardise_features: true, joint_size: 16 },
  },
  stages: [
    { name: 'contrastive', steps: 4, learningRate: 0.002, objectives: { contrastive: { batchSize: 16 } } },
    { name: 'tasks', steps: 4, learningRate: 0.001, objectives: { tasks: { batchSize: 8 } } },
  ],
  fineTuning: { fields: ['subcategory'], inputs: ['image'], epochs: 1, batchSize: 16, learningRate: 0.001 },
  evaluation: { lists: 1, queries: 6, candidates: 6, weightQueries: 6, puzzles: 8, words: 8 },
};

/** Three variants in two groups; one is the reference under another name. */
export const microAblation = {
  kind: 'ablation',
  name: 'micro-ablation',
  description: 'For tests.',
  command: 'none',
  hardware: 'any',
  expectedTime: 'seconds',
  base: microRecipe,
  reference: 'all',
  variants: [
    { name: 'all', group: 'Tasks', title: 'all' },
    {
      name: 'no-jigsaw',
      group: 'Tasks',
      title: 'without jigsaw',
      stages: { tasks: { objectives: { tasks: { weights: { jigsaw: 0 } } } } },
    },
    { name: 'box', group: 'Patches', title: 'box by colour', paper: 300 },
    {
      name: 'grid',
      group: 'Patches',
      title: 'whole | picture',
      paper: 276.97,
      change: { features: { foreground: { kind: 'whole-image' } } },
    },
  ],
};
