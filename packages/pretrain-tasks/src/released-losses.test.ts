import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend, type Tensor, tf } from '@kaleido/backend';
import { decodeSafetensors, float32Values } from '@kaleido/foundation';
import { classLoss, maskedTokenLoss, reconstructionLoss, releasedReconstructionLoss } from './index.ts';

// What the released code computes, run under TensorFlow 2.15.1; tolerances are those of golden/model/README.md.
const folderOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const fixtures = folderOf('../../model/test/fixtures/released/');
const shared = folderOf('../../../../shared/golden/model/');
const itShared = existsSync(shared) ? it : it.skip;

function openGolden(folder: string) {
  const read = (file: string) => decodeSafetensors(readFileSync(`${folder}/${file}.safetensors`), file).tensors;
  const [inputs, outputs] = [read('inputs'), read('outputs')];
  const integers = (name: string): Tensor => {
    const values = new Int32Array(new Uint8Array(inputs.get(name)!.bytes).buffer);
    return tf.tensor(values, [values.length], 'int32');
  };
  const floats = (name: string): Float32Array => float32Values((outputs.get(name) ?? inputs.get(name))!, name);
  return {
    integers,
    matrix: (name: string): Tensor => tf.tensor(floats(name), [...outputs.get(name)!.shape]),
    weights: (): Tensor => tf.reshape(tf.tensor(floats('masked_lm_weights')), [-1]),
    /** The colour features of the greyed patches, one row per patch. */
    colours: (width: number): Tensor => tf.reshape(tf.tensor(floats('img_grey_mask_gt')), [-1, width]),
    loss: (name: string): number => floats(`loss/${name}`)[0]!,
  };
}

describe('the losses against the released code', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: 'wasm' });
  });

  it('are its own, tiny-a', () => compare(`${fixtures}tiny-a`, 48, 0.5788));

  itShared('are its own, tiny-b (skipped where ../shared/golden is absent)', () =>
    compare(`${shared}tiny-b`, 64, 0.7083),
  );

  function compare(folder: string, featureWidth: number, greyAPatch: number): void {
    const { integers, matrix, weights, colours, loss } = openGolden(folder);
    const near = (found: Tensor, expected: number): void =>
      expect(Math.abs(found.dataSync<'float32'>()[0]! - expected)).toBeLessThan(1e-5);
    tf.tidy(() => {
      near(maskedTokenLoss(matrix('logits/mlm'), integers('masked_lm_ids'), weights()), loss('mlm'));
      near(classLoss(matrix('logits/itm'), integers('nx_sent_labels')), loss('itm'));
      near(classLoss(matrix('logits/rotation'), integers('img_rotate_gt')), loss('rotation'));
      near(classLoss(matrix('logits/jigsaw'), integers('img_jigsaw_gt')), loss('jigsaw'));
      near(classLoss(matrix('logits/camouflage'), integers('img_camouflage_gt')), loss('camouflage'));
      near(reconstructionLoss(matrix('targets/blank_mask_features'), matrix('logits/blank_mask')), loss('blank_mask'));
      // The released grey loss spreads one softmax over both patches; one softmax per patch gives these, to four
      // digits.
      const grey = reconstructionLoss(colours(featureWidth), matrix('logits/grey_mask')).dataSync<'float32'>()[0];
      expect(grey).toBeCloseTo(greyAPatch, 4);
      near(releasedReconstructionLoss(colours(featureWidth), matrix('logits/grey_mask'), 2), loss('grey_mask'));
    });
  }
});
