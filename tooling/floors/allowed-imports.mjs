/**
 * Which package may import which, by their folders; an arrow never points up. `foundation` and `layout` are the
 * ground floor and open to everybody (docs/decisions/0001-foundation-package.md). `(types)` after a name allows `import type` alone.
 */
export const allowedImports = {
  // below floor 0
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
  // floor 3
  eval: [],
  pipeline: ['backend', 'tokenizer', 'kaleido-patches', 'model', 'training', 'pretrain-tasks'],
  // floor 4: what the apps share (docs/decisions/0003-pipeline-package.md)
  recipes: [
    'backend',
    'tokenizer',
    'data',
    'kaleido-patches',
    'model',
    'pretrain-tasks',
    'training',
    'eval',
    'pipeline',
  ],
  released: ['backend', 'data', 'model', 'pretrain-tasks', 'training', 'eval', 'pipeline', 'recipes'],
  'foreground-training': ['backend', 'data', 'kaleido-patches', 'training', 'recipes'],
};

/** Packages that all others may import. */
export const everybodysPackages = ['foundation', 'layout'];

/** The only package that may import TensorFlow.js. */
export const tensorFlowPackage = 'backend';
