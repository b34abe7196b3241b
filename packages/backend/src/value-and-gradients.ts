import { KaleidoError } from '@kaleido/foundation';
import { orOutOfMemory } from './out-of-memory.ts';
import { lossScale } from './precision.ts';
import { type Tensor, tf, type Variable } from './tensorflow.ts';

export interface ValueAndGradients<Outputs> {
  /** The loss, a scalar. */
  readonly value: Tensor;
  /** What the function returned, not disposed (the loss is the same tensor as `value`). */
  readonly outputs: Outputs;
  /** By variable name, in the order of the variables; `null` where the loss does not depend on the variable. */
  readonly gradients: ReadonlyMap<string, Tensor | null>;
}

/**
 * Runs the function once and gives its loss and the gradient of the loss for every variable.
 *
 * Unlike in `tf.variableGrads`, a variable that the loss does not depend on has `null` instead of an error, and other
 * tensors that the function returns are kept. Within `tf.tidy` all results belong to that scope; outside the caller
 * disposes them (`tf.tidy` does not look into a Map: return the gradients from it as an array). Everything else made on
 * the way is disposed here.
 *
 * @throws KaleidoError where the loss is not a scalar, and where there is no memory for it (of kind `out-of-memory`)
 */
export function valueAndGradients<Outputs extends Tensor | { readonly loss: Tensor }>(
  computeLoss: () => Outputs,
  variables: readonly Variable[],
): ValueAndGradients<Outputs> {
  let outputs: Outputs | undefined;
  const scale = lossScale();
  const { value, grads } = gradientsOf(() => {
    const found = computeLoss();
    const loss = found instanceof tf.Tensor ? found : found.loss;
    if (loss.size !== 1) {
      throw new KaleidoError({
        source: 'backend',
        problem: 'the loss must be a scalar',
        found: loss.shape,
        advice: 'reduce it, with tf.mean for example',
      });
    }
    const steep = scale === 1 ? loss : steeper(loss, scale);
    // The scope of the forward pass ends with the tape and disposes everything but the loss.
    outputs = mapTensors(found, (tensor) => (tensor === loss ? steep : tf.keep(tf.clone(tensor))));
    return steep;
  }, [...variables]);
  outputs = mapTensors(outputs as Outputs, (tensor) => {
    if (tensor === value) return tensor;
    const tracked = tf.clone(tensor);
    tensor.dispose();
    return tracked;
  });
  const found = scale === 1 ? grads : grads.map((gradient) => gradient && tf.mul(gradient, 1 / scale));
  if (scale !== 1) tf.dispose(grads.filter((gradient) => gradient));
  const gradients = new Map(variables.map((variable, index) => [variable.name, found[index] ?? null]));
  return { value, outputs, gradients };
}

/** The same value, with gradients multiplied by `factor`. */
function steeper(loss: Tensor, scale: number): Tensor {
  return tf.customGrad((x) => ({
    value: tf.clone(x as Tensor),
    gradFunc: (gradient: Tensor) => tf.mul(gradient, scale),
  }))(loss);
}

function gradientsOf(computeLoss: () => Tensor, variables: Variable[]): { value: Tensor; grads: Tensor[] } {
  try {
    // TensorFlow.js starts from ones, which is d loss / d loss.
    return tf.engine().gradients(computeLoss, variables, undefined as unknown as Tensor, true);
  } catch (error) {
    forgetTape();
    throw orOutOfMemory(error);
  }
}

/** Frees what TensorFlow.js keeps for a backward pass that will not run: a whole step's activations. */
function forgetTape(): void {
  const { state } = tf.engine() as unknown as {
    state: { gradientDepth: number; activeTape: { saved?: Tensor[] }[] | null };
  };
  // An enclosing call still needs its tape, and frees it.
  if (state.gradientDepth > 0) return;
  for (const { saved = [] } of state.activeTape ?? []) tf.dispose(saved);
  state.activeTape = null;
}

/** A copy of a value with every tensor in it replaced; records and arrays are copied, other values are kept. */
function mapTensors<Value>(value: Value, replace: (tensor: Tensor) => Tensor): Value {
  if (value instanceof tf.Tensor) return replace(value) as Value;
  if (Array.isArray(value)) return value.map((item) => mapTensors(item, replace)) as Value;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTensors(item, replace)])) as Value;
}
