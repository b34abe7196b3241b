import type { BertConfig } from './bert-config.ts';

/** Where a tensor of a BERT goes. */
export interface BertPlace {
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether it is [outputs, inputs] in the file, and [inputs, outputs] here. */
  readonly transposed: boolean;
  /** Whether a folder may lack it: BertModel has no heads. */
  readonly optional: boolean;
}

/** Every tensor of a BERT by its name in a file, without the prefix `bert.`. */
export function bertPlaces(config: BertConfig): ReadonlyMap<string, BertPlace> {
  const { hidden_size: D, intermediate_size: W, vocab_size: V } = config;
  const places = new Map<string, BertPlace>();
  const add = (stored: string, name: string, shape: readonly number[], optional = false, transposed = false): void => {
    places.set(stored, { name, shape, optional, transposed });
  };
  const dense = (stored: string, name: string, inputs: number, outputs: number, optional = false): void => {
    add(`${stored}.weight`, `${name}/kernel`, [outputs, inputs], optional, true);
    add(`${stored}.bias`, `${name}/bias`, [outputs], optional);
  };
  const layerNorm = (stored: string, name: string, optional = false): void => {
    add(`${stored}.weight`, `${name}/gamma`, [D], optional);
    add(`${stored}.bias`, `${name}/beta`, [D], optional);
  };
  const embeddings = 'bert/embeddings';
  add('embeddings.word_embeddings.weight', `${embeddings}/word_embeddings`, [V, D]);
  add('embeddings.position_embeddings.weight', `${embeddings}/position_embeddings`, [
    config.max_position_embeddings,
    D,
  ]);
  add('embeddings.token_type_embeddings.weight', `${embeddings}/token_type_embeddings`, [config.type_vocab_size, D]);
  layerNorm('embeddings.LayerNorm', `${embeddings}/LayerNorm`);
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const [stored, name] = [`encoder.layer.${i}`, `bert/encoder/layer_${i}`];
    for (const part of ['query', 'key', 'value'])
      dense(`${stored}.attention.self.${part}`, `${name}/attention/self/${part}`, D, D);
    dense(`${stored}.attention.output.dense`, `${name}/attention/output/dense`, D, D);
    layerNorm(`${stored}.attention.output.LayerNorm`, `${name}/attention/output/LayerNorm`);
    dense(`${stored}.intermediate.dense`, `${name}/intermediate/dense`, D, W);
    dense(`${stored}.output.dense`, `${name}/output/dense`, W, D);
    layerNorm(`${stored}.output.LayerNorm`, `${name}/output/LayerNorm`);
  }
  dense('pooler.dense', 'bert/pooler/dense', D, D, true);
  add('cls.predictions.bias', 'cls/predictions/output_bias', [V], true);
  dense('cls.predictions.transform.dense', 'cls/predictions/transform/dense', D, D, true);
  layerNorm('cls.predictions.transform.LayerNorm', 'cls/predictions/transform/LayerNorm', true);
  add('cls.seq_relationship.weight', 'cls/seq_relationship/output_weights', [2, D], true);
  add('cls.seq_relationship.bias', 'cls/seq_relationship/output_bias', [2], true);
  return places;
}

/** [rows, columns] to [columns, rows]. */
export function transposed(values: Float32Array, [rows, columns]: readonly number[]): Float32Array {
  const [R, C] = [rows as number, columns as number];
  const turned = new Float32Array(values.length);
  for (let r = 0; r < R; r++) for (let c = 0; c < C; c++) turned[c * R + r] = values[r * C + c] as number;
  return turned;
}
