import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { selectBackend, type Tensor, tf } from '@kaleido/backend';
import { decodeSafetensors, float32Values, type StoredTensor } from '@kaleido/foundation';
import { type ImageBatch, levels, patchCount, type TextBatch } from '@kaleido/layout';
import { releasedFixtures, releasedModels } from '../test/released-models.ts';
import { largestDifference } from '../test/small-model.ts';
import { KaleidoBert, kaleidoBertConfig } from './index.ts';

const columns = ['rotation', 'jigsaw', 'camouflage', 'grey_mask', 'blank_mask'];

/** A small model of the released code, with its inputs and outputs. */
function openGolden(folder: string) {
  const read = (file: string): ReadonlyMap<string, StoredTensor> =>
    decodeSafetensors(readFileSync(`${folder}/${file}.safetensors`), file).tensors;
  const [inputs, outputs] = [read('inputs'), read('outputs')];
  const floats = (name: string): Float32Array => float32Values(outputs.get(name)!, name);
  const column = (name: string): number[] => {
    const tensor = inputs.get(name)!;
    if (tensor.type === 'F32') return [...float32Values(tensor, name)];
    return [...new Int32Array(new Uint8Array(tensor.bytes).buffer)];
  };
  const config = kaleidoBertConfig(JSON.parse(readFileSync(`${folder}/config.json`, 'utf8')));
  const [B, T] = inputs.get('input_ids')!.shape as [number, number];
  const F = config.patch_feature_size;
  const patches = (prefix: string, width: number): Float32Array => {
    const all = new Float32Array(B * patchCount * width);
    for (const [k, { start, patches: n }] of levels.entries()) {
      const values = column(`${prefix}_${columns[k]}`);
      for (let b = 0; b < B; b++)
        all.set(values.slice(b * n * width, (b + 1) * n * width), (b * patchCount + start) * width);
    }
    return all;
  };
  const image: ImageBatch = {
    size: B,
    featureWidth: F,
    features: patches('img_feature_convert', F),
    positions: patches('img_loc_position', 5),
  };
  const blankKeep = new Float32Array(B * 25).fill(1);
  column('img_blank_lm_ids').forEach((id, i) => {
    blankKeep[Math.floor(i / 3) * 25 + id] = 0;
  });
  const ids = (name: string, width: number): Tensor => tf.tensor(Int32Array.from(column(name)), [B, width], 'int32');
  const text: TextBatch = {
    size: B,
    textLength: T,
    ids: Int32Array.from(column('input_ids')),
    mask: Float32Array.from(column('input_mask')),
    segments: Int32Array.from(column('segment_ids')),
  };
  return {
    config,
    floats,
    ids,
    image,
    blankKeep,
    text,
    /** The model after that many steps of the released optimiser. */
    open: (step: 1 | 3) => KaleidoBert.fromValues(config, ({ name }) => releasedWeight(name, step)),
  };

  function releasedWeight(name: string, step: number): Float32Array {
    const found = [...outputs.keys()].find((key) => key.startsWith(`step${step}/`) && key.endsWith(`/${name}`));
    return floats(found ?? `step${step}/${name}`);
  }
}

describe('Kaleido-BERT against the released code', () => {
  it.each(['wasm', 'cpu'] as const)('computes every part with the same result, on %s', async (backend) => {
    await selectBackend({ prefer: backend });
    const { config, floats, ids, image, blankKeep, text, open } = openGolden(`${releasedFixtures}tiny-a`);
    // The first step has a rate of 0: the weights after it are those of every output.
    const model = open(1);
    tf.tidy(() => {
      const near = (found: Tensor | undefined, name: string, tolerance: number): void => {
        const difference = largestDifference(found!.dataSync(), floats(name));
        if (!(difference <= tolerance)) throw new Error(`${name} is off by ${difference}`);
      };
      const words = model.embedText(model.textInput(text));
      near(words, 'embeddings/text', 4e-6);
      const patches = model.embedPatches(model.imageInput({ ...image, blankKeep }));
      for (const [k, { start, patches: n }] of levels.entries())
        near(tf.slice(patches, [0, start, 0], [-1, n, -1]), `embeddings/${columns[k]}`, 4e-6);
      const { mask } = model.textInput(text);
      const { attentions, layers, sequence } = model.encodeBoth(words, mask, patches, { attentions: true });
      for (let i = 0; i < config.num_hidden_layers; i++) {
        near(attentions[i], `encoder/layer_${i}/attention_probs`, 1e-6);
        near(layers[i], `encoder/layer_${i}/output`, 1e-5);
      }
      const pooled = model.pool(sequence);
      near(pooled, 'pooled_output', 5e-6);
      near(model.match(pooled), 'logits/itm', 2.5e-5);
      for (const name of ['rotation', 'jigsaw', 'camouflage'] as const)
        near(model.solvePuzzle(sequence, name), `logits/${name}`, 2.5e-5);
      near(model.predictTokens(sequence, ids('masked_lm_positions', 10)), 'logits/mlm', 2.5e-5);
      near(model.predictFeatures(sequence, 'grey', ids('img_grey_lm_ids', 2)), 'logits/grey_mask', 2.5e-5);
      near(model.predictFeatures(sequence, 'blank', ids('img_blank_lm_ids', 3)), 'logits/blank_mask', 2.5e-5);
    });
    model.dispose();
  });

  for (const { name, folder, absent } of releasedModels)
    (absent ? it.skip : it)(`ranks pairs as it does after three steps of training, ${name}`, async () => {
      await selectBackend({ prefer: 'wasm' });
      const { floats, image, text, open } = openGolden(folder);
      const model = open(3);
      tf.tidy(() => {
        const patches = model.embedPatches(model.imageInput(image));
        const { sequence } = model.encodeBoth(
          model.embedText(model.textInput(text)),
          model.textInput(text).mask,
          patches,
          { firstOnly: 1 },
        );
        const match = model.match(model.pool(sequence));
        expect(largestDifference(match.dataSync(), floats('predict_after3/logits/itm'))).toBeLessThan(2.5e-5);
      });
      model.dispose();
    });
});
