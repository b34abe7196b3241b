import { KaleidoError } from '@kaleido/foundation';
import { scaleGradient } from './operations/scale-gradient.ts';
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
 * @param before a forward pass that was recorded earlier: gradients flow through its outputs too. It is used up.
 * @throws KaleidoError where the loss is not a scalar, and where there is no memory for it (of kind `out-of-memory`)
 */
export function valueAndGradients<Outputs extends Tensor | { readonly loss: Tensor }>(
  computeLoss: () => Outputs,
  variables: readonly Variable[],
  before?: Recording<unknown>,
): ValueAndGradients<Outputs> {
  let outputs: Outputs | undefined;
  const scale = lossScale();
  const { value, grads } = gradientsOf(() => {
    before?.resume();
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
    const steep = scale === 1 ? loss : scaleGradient(loss, scale);
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

/** A forward pass whose gradients are taken later. */
export interface Recording<Outputs> {
  /** What the function returned, alive until the caller disposes it. */
  readonly outputs: Outputs;
  /** Puts what was recorded on the current tape; called by `valueAndGradients`. */
  resume(): void;
  /** Frees what was kept for the backward pass, if that never runs. */
  dispose(): void;
}

/**
 * Runs a function and keeps what its gradients need, for a later `valueAndGradients`. In between, the outputs may be
 * read and exchanged with other threads. A tape of TensorFlow.js alone does not allow that: it begins and ends within
 * one call.
 *
 * @throws KaleidoError within another tape, and if there is no memory (of kind `out-of-memory`)
 */
export function recordForward<Outputs>(compute: () => Outputs): Recording<Outputs> {
  const { state } = tapeEngine();
  if (state.gradientDepth > 0)
    throw new KaleidoError({ source: 'backend', problem: 'recordForward was called while gradients are recorded' });
  let nodes: TapeNode[] = [];
  let outputs: Outputs;
  state.activeTape = nodes;
  state.gradientDepth = 1;
  try {
    // The clones are on the tape as well.
    const kept = tf.tidy(() => ({ outputs: mapTensors(compute(), (tensor) => tf.keep(tf.clone(tensor))) }) as never);
    outputs = (kept as { outputs: Outputs }).outputs;
  } catch (error) {
    for (const { saved = [] } of nodes) tf.dispose(saved);
    throw orOutOfMemory(error);
  } finally {
    state.gradientDepth = 0;
    state.activeTape = null;
  }
  return {
    outputs,
    resume() {
      tapeEngine().state.activeTape?.push(...nodes);
      nodes = [];
    },
    dispose() {
      for (const { saved = [] } of nodes) tf.dispose(saved);
      nodes = [];
    },
  };
}

interface TapeNode {
  readonly saved?: Tensor[];
}

/** TensorFlow.js 4.22.0's tape, which its types leave out. */
function tapeEngine(): { readonly state: { gradientDepth: number; activeTape: TapeNode[] | null } } {
  return tf.engine() as unknown as ReturnType<typeof tapeEngine>;
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
  const { state } = tapeEngine();
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
