import { type RandomStream, randomStream } from '@kaleido/foundation';
import { type LevelName, levels } from '@kaleido/layout';
import type { KaleidoBertConfig } from './kaleido-bert-config.ts';
import { addNeighbourHeads, positionWaves } from './neighbour-initialisation.ts';

/** Prefixes of a level's variables in a released checkpoint; the spelling is the released code's. */
export const levelScopes: Readonly<Record<LevelName, { readonly scope: string; readonly variable: string }>> = {
  rotation: { scope: 'rotation_embeddings', variable: 'rotation' },
  jigsaw: { scope: 'jigsaw_embeddings', variable: 'jigsaw' },
  camouflage: { scope: 'camouflage_embeddings', variable: 'camouflage' },
  grey: { scope: 'greymask_embeddings', variable: 'greymask' },
  blank: { scope: 'blank_embeddings', variable: 'blankmask' },
};

/**
 * How a variable starts: BERT's truncated normal, zeros, ones, the identity matrix, a truncated normal of deviation
 * 1 / sqrt(inputs), which makes a projection's output as large as its input, positions as waves, or a truncated normal
 * with heads that look at neighbours.
 */
export type Initialisation = 'normal' | 'zeros' | 'ones' | 'identity' | 'scaled' | 'waves' | NeighbourHeads;

/** The query or key kernel of a layer whose first heads look at the neighbouring positions. */
interface NeighbourHeads {
  readonly neighbours: 'query' | 'key';
  readonly heads: number;
}

export interface VariableDescription {
  /** The released checkpoint's name without its prefix. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialisation: Initialisation;
  /** False for what is measured rather than learned: the features' mean and deviation. */
  readonly trainable: boolean;
}

/** The prefix of every model variable in a released checkpoint. */
export const releasedPrefix = 'kaleido_bert_pre_trained_model/';

/**
 * Every variable of the model in the released code's creation order, ours last.
 * At base size: 235 variables, 121,290,081 parameters.
 */
export function variableDescriptions(config: KaleidoBertConfig): VariableDescription[] {
  const D = config.hidden_size;
  const F = config.patch_feature_size;
  const V = config.vocab_size;
  const list: VariableDescription[] = [];
  const add = (name: string, shape: readonly number[], initialisation: Initialisation = 'normal', trainable = true) =>
    list.push({ name, shape, initialisation, trainable });
  const addLayerNorm = (scope: string) => {
    add(`${scope}/beta`, [D], 'zeros');
    add(`${scope}/gamma`, [D], 'ones');
  };

  /** A hidden layer over vectors of `width`, and a linear one from `averages` means of it into the joint space. */
  const addProjection = (name: string, width: number, averages: number) => {
    const hidden = 2 * config.joint_size;
    add(`kaleido/${name}/intermediate/kernel`, [width, hidden], 'scaled');
    add(`kaleido/${name}/intermediate/bias`, [hidden], 'zeros');
    add(`kaleido/${name}/output/kernel`, [averages * hidden, config.joint_size], 'scaled');
    add(`kaleido/${name}/output/bias`, [config.joint_size], 'zeros');
  };

  add('bert/position_dense', [5, D]);
  add('bert/embeddings/word_embeddings', [V, D]);
  const looksAtNeighbours = config.attention_initialisation === 'neighbours';
  add(
    'bert/embeddings/position_embeddings',
    [config.max_position_embeddings, D],
    looksAtNeighbours ? 'waves' : 'normal',
  );
  add('bert/embeddings/token_type_embeddings', [config.type_vocab_size, D]);
  addLayerNorm('bert/embeddings/LayerNorm');
  for (const { name } of levels) {
    const { scope, variable } = levelScopes[name];
    add(`bert/${scope}/${variable}_projector`, [F, D]);
    add(`bert/${scope}/${variable}_type_embeddings`, [config.patch_type_vocab_size, D]);
    addLayerNorm(`bert/${scope}/${variable}EmbLayerNorm`);
  }
  const attention: Initialisation = config.attention_initialisation === 'normal' ? 'normal' : 'identity';
  const asks = (part: 'query' | 'key', layer: number): Initialisation =>
    looksAtNeighbours && layer === 0 ? { neighbours: part, heads: config.num_attention_heads } : 'normal';
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const layer = `bert/encoder/layer_${i}`;
    // The released code draws these three biases from the normal too; all others start at zero.
    for (const part of ['query', 'key', 'value'] as const) {
      add(`${layer}/attention/self/${part}/kernel`, [D, D], part === 'value' ? attention : asks(part, i));
      add(`${layer}/attention/self/${part}/bias`, [D]);
    }
    add(`${layer}/attention/output/dense/kernel`, [D, D], attention);
    add(`${layer}/attention/output/dense/bias`, [D], 'zeros');
    addLayerNorm(`${layer}/attention/output/LayerNorm`);
    add(`${layer}/intermediate/dense/kernel`, [D, config.intermediate_size]);
    add(`${layer}/intermediate/dense/bias`, [config.intermediate_size], 'zeros');
    add(`${layer}/output/dense/kernel`, [config.intermediate_size, D]);
    add(`${layer}/output/dense/bias`, [D], 'zeros');
    addLayerNorm(`${layer}/output/LayerNorm`);
  }
  add('bert/pooler/dense/kernel', [D, D]);
  add('bert/pooler/dense/bias', [D], 'zeros');
  add('cls/predictions/output_bias', [V], 'zeros');
  add('cls/predictions/transform/dense/kernel', [D, D]);
  add('cls/predictions/transform/dense/bias', [D], 'zeros');
  addLayerNorm('cls/predictions/transform/LayerNorm');
  add('cls/seq_relationship/output_weights', [2, D]);
  add('cls/seq_relationship/output_bias', [2], 'zeros');
  add('cls/img_rotation/rotation_output_weights', [4, D]);
  add('cls/img_rotation/rotation_output_bias', [4], 'zeros');
  add('cls/img_jigsaw/jiasaw_output_weights', [24, 4 * D]);
  add('cls/img_jigsaw/jigsaw_output_bias', [24], 'zeros');
  add('cls/img_camouflage/camouflage_output_weights', [9, 9 * D]);
  add('cls/img_camouflage/camouflage_output_bias', [9], 'zeros');
  add('cls/img_greymask/greymask_output_weights', [D, F]);
  add('cls/img_blankmask/blanmask_output_weights', [D, F]);

  if (config.standardise_features) {
    add('kaleido/feature_mean', [F], 'zeros', false);
    add('kaleido/feature_deviation', [F], 'ones', false);
  }
  if (config.joint_size > 0) {
    addProjection('text_projection', D, 1);
    if (config.joint_view === 'whole') addProjection('image_projection', F, 1);
    else addProjection('image_projection', D, levels.length);
  }
  return list;
}

/** The first values of a variable; each has a stream under its own name, so that adding one changes no other. */
export function initialValues(description: VariableDescription, range: number, seed: number): Float32Array {
  const size = description.shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(size);
  const { initialisation, shape } = description;
  if (typeof initialisation === 'object') {
    const drawn = initialValues({ ...description, initialisation: 'normal' }, range, seed);
    return addNeighbourHeads(drawn, shape[0] as number, initialisation.heads, initialisation.neighbours);
  }
  switch (initialisation) {
    case 'waves':
      return positionWaves(...(shape as [number, number]));
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'identity': {
      const columns = shape[1] ?? 1;
      for (let i = 0; i < columns; i++) values[i * columns + i] = 1;
      return values;
    }
    case 'normal':
    case 'scaled': {
      const random = randomStream(seed, 'initialisation', description.name);
      const deviation = initialisation === 'normal' ? range : 1 / Math.sqrt(shape[0] ?? 1);
      for (let i = 0; i < size; i++) values[i] = deviation * truncatedNormal(random);
      return values;
    }
    default:
      return initialisation satisfies never;
  }
}

/** A normal draw, repeated while it is more than two deviations out, as TensorFlow's initialiser does. */
function truncatedNormal(random: RandomStream): number {
  for (;;) {
    const draw = random.normal();
    if (Math.abs(draw) <= 2) return draw;
  }
}
