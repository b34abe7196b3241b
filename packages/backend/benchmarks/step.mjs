// Compares TensorFlow.js' own operations with the fused kernels on wasm: every operation, and one training step of a
// two-layer transformer.
//
//   node benchmarks/step.mjs            (after `npm run build`; prints a Markdown table, takes about a minute)
import {
  createVariable,
  memory,
  ops,
  selectBackend,
  tf,
  valueAndGradients,
  withComposedOperations,
} from '../dist/index.js';

// B sequences of S positions (24 words and 55 patches), width D, A heads, F features a patch, V words, N masked words.
const [B, S, T, D, A, F, V, N, layers] = [32, 79, 24, 128, 4, 768, 2500, 128, 2];

let state = 1;
const normal = () => {
  let sum = -6;
  for (let i = 0; i < 12; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    sum += state / 2 ** 32;
  }
  return sum;
};
const random = (shape, scale = 1) =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => normal() * scale),
    shape,
  );
const integers = (shape, bound) =>
  tf.tensor(
    Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 7919) % bound),
    shape,
    'int32',
  );

const variables = [];
const variable = (...shape) => {
  const made = createVariable(undefined, random(shape, 0.05).dataSync(), shape);
  variables.push(made);
  return made;
};

function best(run, atLeast = 400) {
  run();
  let fastest = Infinity;
  const end = performance.now() + atLeast;
  for (let i = 0; i < 3 || performance.now() < end; i++) {
    const start = performance.now();
    run();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}

const rows = [];
function compare(name, run) {
  const fused = best(run);
  const composed = withComposedOperations(() => best(run));
  rows.push([name, composed, fused]);
}

/** Times a value and all its gradients. */
function compareGradients(name, variablesOf, run) {
  compare(name, () => tf.tidy(() => void valueAndGradients(() => tf.sum(run()), variablesOf)));
}

const { description } = await selectBackend({ prefer: process.argv[2] ?? 'wasm' });
console.log(`${description}; Node ${process.version}; B=${B} S=${S} D=${D} A=${A} F=${F} V=${V}\n`);

const x = createVariable(undefined, random([B, S, D]).dataSync(), [B, S, D]);
const wide = createVariable(undefined, random([B, S, 4 * D]).dataSync(), [B, S, 4 * D]);
const mask = tf.ones([B, S]);
const [gamma, beta] = [variable(D), variable(D)];
const [up, down] = [variable(D, 4 * D), variable(4 * D, D)];
const table = variable(V, D);
const ids = integers([B, T], V);
const labels = integers([N], V);
const logits = createVariable(undefined, random([N, V]).dataSync(), [N, V]);
const features = random([N, F]);
const target = tf.softmax(features);
const regression = createVariable(undefined, random([N, F]).dataSync(), [N, F]);

compareGradients('linear D -> 4D', [x, up], () => ops.linear(x, up));
compareGradients('linear 4D -> D', [wide, down], () => ops.linear(wide, down));
compareGradients('gelu', [wide], () => ops.gelu(wide));
compareGradients('layerNorm', [x, gamma, beta], () => ops.layerNorm(x, gamma, beta));
compareGradients('attention', [x], () => ops.attention({ query: x, key: x, value: x, heads: A, mask }).context);
compareGradients(
  'attention with dropout',
  [x],
  () => ops.attention({ query: x, key: x, value: x, heads: A, mask, dropout: { rate: 0.1, seed: 1 } }).context,
);
compareGradients('dropout', [x], () => ops.dropout(x, 0.1, 1));
compareGradients('embedding', [table], () => ops.embedding(table, ids));
compareGradients('softmaxCrossEntropy', [logits], () => ops.softmaxCrossEntropy(logits, labels));
compareGradients('klDivergence', [regression], () => ops.klDivergence(target, regression));

variables.length = 0;
const model = {
  words: variable(V, D),
  features: variable(F, D),
  embedding: [variable(D), variable(D)],
  layers: Array.from({ length: layers }, () => ({
    query: [variable(D, D), variable(D)],
    key: [variable(D, D), variable(D)],
    value: [variable(D, D), variable(D)],
    output: [variable(D, D), variable(D)],
    attentionNorm: [variable(D), variable(D)],
    up: [variable(D, 4 * D), variable(4 * D)],
    down: [variable(4 * D, D), variable(D)],
    outputNorm: [variable(D), variable(D)],
  })),
  decoderBias: variable(V),
  regression: variable(D, F),
};
const moments = variables.map(({ shape, size }) =>
  [0, 1].map(() => createVariable(undefined, new Float32Array(size), shape)),
);
const patches = random([B, S - T, F]);
const maskedWords = integers([B, N / B], T);
const maskedPatches = integers([B, N / B], S - T);
let step = 0;

function loss(rate) {
  let seed = step * 100;
  const drop = (tensor) => ops.dropout(tensor, rate, seed++);
  const embedded = tf.concat([ops.embedding(model.words, ids), ops.linear(patches, model.features)], 1);
  let hidden = drop(ops.layerNorm(embedded, ...model.embedding));
  for (const layer of model.layers) {
    const { context } = ops.attention({
      query: ops.linear(hidden, ...layer.query),
      key: ops.linear(hidden, ...layer.key),
      value: ops.linear(hidden, ...layer.value),
      heads: A,
      mask,
      dropout: { rate, seed: seed++ },
    });
    const attended = ops.residualLayerNorm(drop(ops.linear(context, ...layer.output)), hidden, ...layer.attentionNorm);
    const inner = ops.linear(attended, ...layer.up, 'gelu');
    hidden = ops.residualLayerNorm(drop(ops.linear(inner, ...layer.down)), attended, ...layer.outputNorm);
  }
  const words = tf.reshape(ops.gatherRows(hidden, maskedWords), [N, D]);
  const wordLoss = tf.mean(
    ops.softmaxCrossEntropy(ops.linear(words, model.words, model.decoderBias, undefined, true), labels),
  );
  const regressed = ops.linear(tf.reshape(ops.gatherRows(hidden, maskedPatches), [N, D]), model.regression);
  return tf.add(wordLoss, tf.mean(ops.klDivergence(target, regressed)));
}

function train(rate) {
  step++;
  return tf.tidy(() => {
    const { value, gradients } = valueAndGradients(() => loss(rate), variables);
    const all = variables.map(({ name }) => gradients.get(name));
    const norm = ops.globalNorm(all).dataSync()[0];
    ops.adamW(
      variables.map((parameter, i) => ({
        parameter,
        gradient: all[i],
        firstMoment: moments[i][0],
        secondMoment: moments[i][1],
        decay: 0,
      })),
      { rate: 1e-4, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, step, gradientScale: Math.min(1, 1 / norm) },
    );
    return value.dataSync()[0];
  });
}

compare(`forward pass, ${layers} layers`, () => tf.tidy(() => void loss(0)));
compare(`training step, ${layers} layers, no dropout`, () => train(0));
compare(`training step, ${layers} layers, dropout 0.1`, () => train(0.1));

console.log('| value and gradients | composed, ms | fused, ms | ratio |\n|---|---:|---:|---:|');
for (const [name, composed, fused] of rows) {
  console.log(`| ${name} | ${composed.toFixed(1)} | ${fused.toFixed(1)} | ${(composed / fused).toFixed(1)} |`);
}
console.log(`\n${memory().numTensors} live tensors`);
