import { parseRecipe, runRecipe } from '@kaleido/recipes/node';

const out = 'runs/tiny-model';
const cache = '.kaleido';
const seed = 1;
const learningRate = 0.003;
const steps = 600;
const garments = 512;

const about = { command: 'node pretrain.js', hardware: 'a core', expectedTime: 'minutes', expectedFigures: {} };
const collection = {
  subcategories: ['t-shirt', 'hoodie', 'shift dress', 'a-line skirt', 'trousers', 'sneakers', 'tote', 'cap'],
  colours: ['black', 'white', 'red', 'yellow', 'cobalt', 'teal', 'fuchsia', 'camel'],
  patterns: ['plain', 'striped', 'polkaDot', 'gingham'],
  backgrounds: { studio: 1, coloured: 0, cluttered: 0 },
};
const tested = { heldOut: 100, retrieval: 60, retrievalSubcategories: ['t-shirt', 'sneakers'] };
const pixels = { kind: 'pixels', size: 8 };
const colours = { kind: 'colours', cells: 0 };
const foreground = { kind: 'background-colour' };
const sizes = { text_seq_len: 48, joint_size: 64, position_scale: 'unit', standardise_features: true };
const dropouts = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };
const settings = { ...sizes, ...dropouts, attention_initialisation: 'neighbours' };
const objectives = { contrastive: { batchSize: 32, groupSize: 4 }, words: { batchSize: 24 }, tasks: { batchSize: 12 } };
const text = JSON.stringify({
  name: 'tiny-model',
  description: 'The tiny preset on garments that the atelier draws.',
  ...about,
  seed,
  data: { kind: 'atelier', products: garments + tested.heldOut, ...tested, imageSize: 112, collection },
  features: { extractor: { kind: 'joined', parts: [pixels, colours] }, foreground, cutOut: true },
  tokenizer: { kind: 'train', size: 600 },
  model: { preset: 'tiny', settings },
  stages: [{ name: 'live', steps, learningRate, objectives }],
  evaluation: { queries: 16, candidates: 16, weightQueries: 16 },
});
const { evaluation } = await runRecipe({
  recipe: parseRecipe(text, 'pretrain'),
  out,
  cache,
  backend: 'wasm',
  threads: 1,
  onMetrics: ({ step, losses }) => console.log(`step ${step}, loss ${losses.loss?.toFixed(2)}`),
});
console.log(`right caption first, among 16 of a kind: ${evaluation?.retrieval?.imageToText[1]} %`);
