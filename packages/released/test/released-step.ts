import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Tensor, tf } from '@kaleido/backend';
import { decodeSafetensors, float32Values, type StoredTensor } from '@kaleido/foundation';
import { type ImageBatch, levels, patchCount } from '@kaleido/layout';
import { KaleidoBert, kaleidoBertConfig, releasedPrefix } from '@kaleido/model';
import { classLoss, maskedTokenLoss, reconstructionLoss, releasedReconstructionLoss } from '@kaleido/pretrain-tasks';

// Results of the released code under TensorFlow 2.15.1: golden/model/README.md.
const folderOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const shared = folderOf('../../../../shared/golden/model/');
const folders = { 'tiny-a': folderOf('../../model/test/fixtures/released/tiny-a/'), 'tiny-b': `${shared}tiny-b/` };

/** The small models that are available. */
export const releasedSteps: readonly (keyof typeof folders)[] = existsSync(shared) ? ['tiny-a', 'tiny-b'] : ['tiny-a'];

/** The released code's name of each level in its columns and losses. */
const columns = ['rotation', 'jigsaw', 'camouflage', 'grey_mask', 'blank_mask'] as const;

export type ReleasedLoss = 'mlm' | 'itm' | (typeof columns)[number];

/** A small model of the released code before and after its first steps, with their batch. */
export function openReleasedStep(folder: 'tiny-a' | 'tiny-b') {
  const path = (file: string): string => `${folders[folder]}${file}`;
  const read = (file: string): ReadonlyMap<string, StoredTensor> =>
    decodeSafetensors(readFileSync(path(file)), file).tensors;
  const [inputs, outputs] = [read('inputs.safetensors'), read('outputs.safetensors')];
  const output = (name: string): Float32Array => float32Values(outputs.get(name)!, name);
  const config = kaleidoBertConfig(JSON.parse(readFileSync(path('config.json'), 'utf8')));
  const integers = (name: string): Int32Array => new Int32Array(new Uint8Array(inputs.get(name)!.bytes).buffer);
  const floats = (name: string): Float32Array =>
    inputs.get(name)!.type === 'F32' ? float32Values(inputs.get(name)!, name) : Float32Array.from(integers(name));
  const [B, T] = inputs.get('input_ids')!.shape as [number, number];
  const F = config.patch_feature_size;

  const patches = (prefix: string, width: number): Float32Array => {
    const all = new Float32Array(B * patchCount * width);
    for (const [k, { start, patches: n }] of levels.entries()) {
      const values = floats(`${prefix}_${columns[k]}`);
      for (let b = 0; b < B; b++)
        all.set(values.subarray(b * n * width, (b + 1) * n * width), (b * patchCount + start) * width);
    }
    return all;
  };
  const blankKeep = new Float32Array(B * 25).fill(1);
  for (const [i, id] of integers('img_blank_lm_ids').entries()) blankKeep[Math.floor(i / 3) * 25 + id] = 0;
  const image: ImageBatch = {
    size: B,
    featureWidth: F,
    features: patches('img_feature_convert', F),
    positions: patches('img_loc_position', 5),
    blankKeep,
  };
  const matrix = (name: string, width: number): Tensor => tf.tensor(integers(name), [B, width], 'int32');
  const labels = (name: string): Tensor => tf.tensor(integers(name), [integers(name).length], 'int32');
  const weights = bareWeights();

  return {
    config,
    output,
    /** The model with the weights before the first step. */
    model: (): KaleidoBert => KaleidoBert.fromValues(config, ({ name }) => weights.get(`${releasedPrefix}${name}`)!),
    /** All seven losses of the released training step. */
    losses(model: KaleidoBert): Record<ReleasedLoss, Tensor> {
      const mask = tf.tensor(floats('input_mask'), [B, T]);
      const words = model.embedText({ ids: matrix('input_ids', T), mask, segments: matrix('segment_ids', T) });
      const pictures = model.embedPatches(model.imageInput(image));
      const { sequence } = model.encodeBoth(words, mask, pictures);
      const tokens = model.predictTokens(sequence, matrix('masked_lm_positions', 10));
      const grey = tf.tensor(floats('img_grey_mask_gt'), [B * 2, F]);
      const greyLogits = model.predictFeatures(sequence, 'grey', matrix('img_grey_lm_ids', 2));
      const blank = tf.tensor(output('targets/blank_mask_features'), [B * 3, F]);
      const blankLogits = model.predictFeatures(sequence, 'blank', matrix('img_blank_lm_ids', 3));
      const puzzle = (name: 'rotation' | 'jigsaw' | 'camouflage', column: string): Tensor =>
        classLoss(model.solvePuzzle(sequence, name), labels(column));
      return {
        mlm: maskedTokenLoss(tokens, labels('masked_lm_ids'), tf.tensor(floats('masked_lm_weights'))),
        itm: classLoss(model.match(model.pool(sequence)), labels('nx_sent_labels')),
        rotation: puzzle('rotation', 'img_rotate_gt'),
        jigsaw: puzzle('jigsaw', 'img_jigsaw_gt'),
        camouflage: puzzle('camouflage', 'img_camouflage_gt'),
        grey_mask: releasedReconstructionLoss(grey, greyLogits, 2),
        blank_mask: reconstructionLoss(blank, blankLogits),
      };
    },
  };

  /** The weights of the checkpoint: its data file contains only the tensors, in the order of their names. */
  function bareWeights(): ReadonlyMap<string, Float32Array> {
    const { variables } = JSON.parse(readFileSync(path('meta.json'), 'utf8')) as {
      variables: readonly { readonly name: string; readonly shape: readonly number[] }[];
    };
    const bytes = readFileSync(path('bare/model.ckpt.data-00000-of-00001'));
    const values = new Float32Array(new Uint8Array(bytes).buffer);
    let offset = 0;
    return new Map(
      [...variables]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, shape }) => {
          const size = shape.reduce((product, length) => product * length, 1);
          offset += size;
          return [name, values.slice(offset - size, offset)];
        }),
    );
  }
}
