import type { ShowAttendTellConfig } from './show-attend-tell-config.ts';

/**
 * How a variable starts: zeros, ones, zeros with ones for the LSTM's forget gate, or a truncated normal of deviation
 * 1 / sqrt(inputs), which makes a product's output as large as its input.
 */
type Initialisation = 'zeros' | 'ones' | 'forget' | { readonly inputs: number };

/** A variable of the captioner. */
export interface CaptionerVariable {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialisation: Initialisation;
  /** False for what is measured rather than learned: the features' mean and deviation. */
  readonly trainable: boolean;
}

/** Every variable of the captioner. The gates of the LSTM are in the order input, forget, output, candidate. */
export function captionerVariables(config: ShowAttendTellConfig): CaptionerVariable[] {
  const { vocabularySize: V, featureWidth: F, annotationSize: D, embeddingSize: E, hiddenSize: H } = config;
  const A = config.attentionSize;
  const list: CaptionerVariable[] = [];
  const add = (name: string, shape: readonly number[], initialisation: Initialisation, trainable = true) =>
    list.push({ name, shape, initialisation, trainable });
  const addKernel = (name: string, inputs: number, outputs: number) => add(name, [inputs, outputs], { inputs });
  const addDense = (scope: string, inputs: number, outputs: number) => {
    addKernel(`${scope}/kernel`, inputs, outputs);
    add(`${scope}/bias`, [outputs], 'zeros');
  };

  add('features/mean', [F], 'zeros', false);
  add('features/deviation', [F], 'ones', false);
  addDense('annotation', F, D);
  addDense('initial_hidden', D, H);
  addDense('initial_memory', D, H);
  add('embedding', [V, E], { inputs: E });
  addKernel('attention/annotation/kernel', D, A);
  addKernel('attention/hidden/kernel', H, A);
  add('attention/bias', [A], 'zeros');
  addKernel('attention/score/kernel', A, 1);
  addDense('context_gate', H, 1);
  addKernel('lstm/embedding/kernel', E, 4 * H);
  addKernel('lstm/context/kernel', D, 4 * H);
  addKernel('lstm/hidden/kernel', H, 4 * H);
  // A forget gate that starts open lets memory last from the first step (Jozefowicz et al. 2015).
  add('lstm/bias', [4 * H], 'forget');
  addKernel('output/hidden/kernel', H, E);
  addKernel('output/context/kernel', D, E);
  add('output/bias', [E], 'zeros');
  addDense('output/piece', E, V);
  return list;
}
