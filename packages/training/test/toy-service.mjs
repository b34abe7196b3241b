// A classification task that is learned in a few steps. The threads of stage.test.ts load it from the built packages,
// the test itself from the sources.
import { createVariable, ops, selectBackend, tf } from '@kaleido/backend';
import { KaleidoError, randomStream } from '@kaleido/foundation';
import { ownerBatchSource, replicaService } from '@kaleido/training';

const [examples, features, width, classes] = [12, 5, 8, 3];

const failures = {
  fault: (step) => {
    throw new Error(`no batch for step ${step}`);
  },
  refusal: (step) => {
    throw new KaleidoError({ source: 'toy', problem: `no batch for step ${step}` });
  },
  end: () => process.exit(7),
};

/** The same value, with a NaN gradient. */
const infinitelySteep = tf.customGrad((x) => ({ value: tf.clone(x), gradFunc: (dy) => tf.mul(dy, Number.NaN) }));

/** The batches of the task. */
export function toySource(stage, seed) {
  const teacher = randomStream(seed, 'teacher');
  const directions = Array.from({ length: classes * features }, () => teacher.normal());

  return {
    // A step's batch is the same for any number of micro-batches.
    batch: async (step, microBatch) => {
      const random = randomStream(seed, 'batch', step);
      const count = examples / stage.microBatches;
      const all = Float32Array.from({ length: examples * features }, () => random.normal());
      const x = all.slice(microBatch * count * features, (microBatch + 1) * count * features);
      const labels = Int32Array.from({ length: count }, (_, example) => {
        const scores = Array.from({ length: classes }, (_, label) =>
          directions
            .slice(label * features, (label + 1) * features)
            .reduce((sum, one, i) => sum + one * x[example * features + i], 0),
        );
        return scores.indexOf(Math.max(...scores));
      });
      return { step, microBatch, count, x, labels };
    },
  };
}

export async function open(
  {
    stage,
    seed,
    dropout = 0,
    contrast = 0,
    poisonedFrom = Number.POSITIVE_INFINITY,
    poisonedGradientAt = -1,
    failAt = -1,
    failure,
    fromOwner = false,
  },
  owner,
) {
  await selectBackend({ prefer: 'wasm' });
  const variables = new Map();
  for (const [name, ...shape] of [
    ['hidden/kernel', features, width],
    ['hidden/bias', width],
    ['output/kernel', width, classes],
    ['sometimes', classes],
    ['never', 3],
  ]) {
    const random = randomStream(seed, 'weights', name);
    const size = shape.reduce((product, length) => product * length, 1);
    const values = Float32Array.from({ length: size }, () => 0.5 * random.normal());
    variables.set(name, createVariable(undefined, values, shape));
  }
  const source = toySource(stage, seed);
  const hiddenOf = ({ x, count }) =>
    ops.linear(tf.tensor(x, [count, features]), variables.get('hidden/kernel'), variables.get('hidden/bias'), 'gelu');
  const task = {
    variables,
    // Each example must be distinguished from all others of the step, regardless of their micro-batch.
    ...(contrast === 0 ? {} : { embed: (batch) => ({ hidden: tf.tanh(hiddenOf(batch)) }) }),
    loss: (batch, seeds, { hidden: gathered }) => {
      const { step, microBatch, count, labels } = batch;
      if (step === failAt && microBatch === stage.microBatches - 1) failures[failure](step);
      const hidden = hiddenOf(batch);
      const kept = dropout === 0 ? hidden : ops.dropout(hidden, dropout, seeds.next());
      const logits = ops.linear(kept, variables.get('output/kernel'));
      const shifted = step % 2 === 0 ? tf.add(logits, variables.get('sometimes')) : logits;
      const own = tf.mean(ops.softmaxCrossEntropy(shifted, tf.tensor(labels, [count], 'int32')));
      const far =
        gathered &&
        tf.mean(
          ops.softmaxCrossEntropy(
            tf.matMul(gathered.all, gathered.all, false, true),
            tf.range(0, examples, 1, 'int32'),
          ),
        );
      const loss = far === undefined ? own : tf.add(own, tf.mul(far, contrast));
      return {
        loss:
          step >= poisonedFrom ? tf.mul(loss, Number.NaN) : step === poisonedGradientAt ? infinitelySteep(loss) : loss,
        figures: { size: tf.mean(tf.square(hidden)), ...(far === undefined ? {} : { far }) },
      };
    },
  };
  return replicaService(task, fromOwner ? ownerBatchSource(owner) : source, stage, seed);
}
