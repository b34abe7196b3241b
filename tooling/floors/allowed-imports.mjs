/**
 * Which package may import which, by folder; no import goes to a higher floor. All packages may import the ground
 * floor, `foundation` and `layout` (docs/decisions/0001-foundation-package.md). `(types)` after a name allows only
 * `import type`.
 */
export const allowedImports = {
  // ground floor
  foundation: [],
  layout: [],
  'mobilenet-v2-weights': [],
  'u2netp-weights': [],
  // floor 0
  backend: [],
  tokenizer: [],
  data: [],
  // floor 1
  'kaleido-patches': ['backend', 'mobilenet-v2-weights', 'u2netp-weights'],
  model: ['backend'],
  training: ['backend'],
  // floor 2
  'pretrain-tasks': ['backend', 'model (types)', 'training (types)'],
  alignment: ['backend', 'tokenizer', 'kaleido-patches', 'training'],
  // floor 3
  eval: [],
  'fine-tuning': ['backend', 'tokenizer', 'kaleido-patches', 'model', 'training', 'pretrain-tasks', 'eval'],
  pipeline: ['backend', 'tokenizer', 'kaleido-patches', 'model', 'training', 'pretrain-tasks', 'fine-tuning'],
  inspect: ['data', 'kaleido-patches', 'eval'],
  runs: ['model', 'training'],
  insight: ['backend', 'tokenizer', 'model', 'pretrain-tasks', 'alignment', 'pipeline (types)'],
  search: ['backend', 'model', 'pretrain-tasks', 'eval', 'pipeline (types)'],
  splits: ['backend', 'tokenizer', 'data', 'kaleido-patches', 'pretrain-tasks', 'alignment', 'eval'],
  scoring: ['backend', 'data', 'kaleido-patches', 'model', 'pretrain-tasks', 'eval', 'insight', 'splits'],
  'recipe-schema': ['data', 'model', 'pretrain-tasks', 'alignment', 'pipeline', 'runs'],
  // floor 4: runs of recipes (docs/decisions/0019-recipes-and-pipeline.md)
  recipes: [
    'backend',
    'tokenizer',
    'data',
    'kaleido-patches',
    'model',
    'pretrain-tasks',
    'alignment',
    'training',
    'eval',
    'pipeline',
    'runs',
    'splits',
    'scoring',
    'recipe-schema',
  ],
  ablation: ['data', 'eval', 'recipe-schema', 'recipes', 'runs'],
  released: ['backend', 'data', 'model', 'pretrain-tasks', 'training', 'eval', 'runs'],
  'foreground-training': ['backend', 'data', 'kaleido-patches', 'training', 'runs'],
};

/** Packages that all others may import; each may import those before it in the list. */
export const everybodysPackages = ['foundation', 'layout'];

/** The only package that may import TensorFlow.js. */
export const tensorFlowPackage = 'backend';
