import type { Backend } from '@kaleido/backend';

/**
 * Factor on the reference's tolerance for each backend. TensorFlow and plain JavaScript sum like the reference, float32
 * with sums in blocks; WebAssembly and WebGPU sum in other orders, with fewer partial sums.
 */
export const backendFactors: Readonly<Record<Backend, number>> = {
  tensorflow: 1,
  cpu: 1,
  cuda: 10,
  wasm: 10,
  webgpu: 10,
};

type Tolerance = (largest: number) => number;
const absolute =
  (value: number): Tolerance =>
  () =>
    value;

/**
 * Tolerances of the released model's values (shared/golden/model/README.md): five to ten times the difference between
 * float32 and float64 in the reference, because both sides of a comparison round. The first matching pattern counts.
 */
const released: readonly (readonly [RegExp, Tolerance])[] = [
  [/^attention_mask$/, absolute(0)],
  [/^embeddings\//, absolute(4e-6)],
  [/attention_probs$/, absolute(1e-6)],
  [/^encoder\/|^sequence_output$/, absolute(1e-5)],
  [/^pooled_output$/, absolute(5e-6)],
  [/^(predict(_after3)?\/)?logits\//, absolute(2.5e-5)],
  [/^finetune\/.*\/logits$/, absolute(2.5e-5)],
  [/^finetune\/.*\/loss$/, absolute(1e-5)],
  [/^targets\//, absolute(0)],
  [/^loss\/grey_mask$/, absolute(1e-6)],
  [/^loss\/total$|^train\/loss_before_step$/, absolute(2e-5)],
  [/^loss\//, absolute(1e-5)],
  // A shift of the keys does not change the softmax, so this gradient is only rounding error.
  [/^grad\/.*key\/bias$/, absolute(2e-6)],
  [/^grad\//, (largest) => 2e-5 * largest + 1e-7],
  [/^train\/global_norm$/, (largest) => 1e-5 * largest],
  [/^train\/learning_rate$/, (largest) => 1e-6 * largest],
  [/^train\/global_step_before$/, absolute(0)],
  [/^step\d+\//, absolute(1e-6)],
];

/** Tolerances of a small BERT (shared/golden/checkpoints/README.md). */
const bert: readonly (readonly [RegExp, Tolerance])[] = [
  [/^loss$/, (largest) => 1e-5 * largest],
  [/^grad\.|^gradients\//, (largest) => 1e-4 * Math.max(largest, 1e-3)],
  [/^(hidden_\d+|pooled|.*_logits)$/, absolute(1e-5)],
];

function toleranceIn(list: readonly (readonly [RegExp, Tolerance])[]) {
  return (name: string, backend: Backend): Tolerance | undefined => {
    const found = list.find(([pattern]) => pattern.test(name))?.[1];
    return found && ((largest) => backendFactors[backend] * found(largest));
  };
}

export const releasedTolerance: ReturnType<typeof toleranceIn> = toleranceIn(released);
export const bertTolerance: ReturnType<typeof toleranceIn> = toleranceIn(bert);
