import { describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { kaleidoBertConfig, presetSize, presets } from './index.ts';

const needed = { vocab_size: 100, patch_feature_size: 8, ...presets.tiny };

const refusal = (run: () => unknown): KaleidoError => {
  try {
    run();
  } catch (error) {
    if (KaleidoError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('it was taken');
};

describe('kaleidoBertConfig', () => {
  it('fills in the values of BERT and of the paper', () => {
    expect(kaleidoBertConfig(needed)).toMatchObject({
      model_type: 'kaleidobert',
      max_position_embeddings: 512,
      type_vocab_size: 2,
      hidden_dropout_prob: 0.1,
      attention_probs_dropout_prob: 0.1,
      initializer_range: 0.02,
      patch_type_vocab_size: 6,
      text_seq_len: 64,
      masked_greymask_patch_num: 2,
      masked_blankmask_patch_num: 3,
      position_scale: 'raw',
      standardise_features: false,
      joint_size: 0,
      joint_view: 'patches',
    });
  });

  it('accepts its own result', () => {
    const config = kaleidoBertConfig({ ...needed, joint_size: 16, position_scale: 'unit' });
    expect(kaleidoBertConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it('names an unknown key', () => {
    expect(refusal(() => kaleidoBertConfig({ ...needed, hiden_size: 64 })).message).toContain('"hiden_size"');
  });

  it.each([
    ['vocab_size', undefined],
    ['vocab_size', 0],
    ['hidden_size', 12.5],
    ['hidden_dropout_prob', 1],
    ['patch_type_vocab_size', 2],
    ['img_jigsaw_label_num', 23],
    ['masked_greymask_patch_num', 17],
    ['masked_blankmask_patch_num', 26],
    ['joint_size', -1],
    ['position_scale', 'pixels'],
    ['model_type', 'bert'],
  ])('names %s where it is %p', (key, value) => {
    expect(refusal(() => kaleidoBertConfig({ ...needed, [key]: value })).message).toContain(`"${key}"`);
  });

  it('refuses heads that do not divide the width', () => {
    const error = refusal(() => kaleidoBertConfig({ ...needed, hidden_size: 64, num_attention_heads: 3 }));
    expect(error.message).toMatch(/hidden_size 64 is not divisible by num_attention_heads, found 3/);
  });

  it('refuses captions longer than the position table', () => {
    const error = refusal(() => kaleidoBertConfig({ ...needed, max_position_embeddings: 32, text_seq_len: 33 }));
    expect(error.message).toMatch(/text_seq_len is larger than max_position_embeddings 32, found 33/);
  });

  it.each([undefined, null, 'base', []])('refuses %p', (values) => {
    expect(refusal(() => kaleidoBertConfig(values)).source).toBe('model');
  });
});

describe('presetSize', () => {
  it("gives the paper's size as base", () => {
    expect(presetSize('base')).toEqual({
      hidden_size: 768,
      intermediate_size: 3072,
      num_hidden_layers: 12,
      num_attention_heads: 12,
    });
  });

  it.each(['large', 'toString', ''])('lists the known names for %p', (name) => {
    expect(refusal(() => presetSize(name)).message).toMatch(/unknown preset, found ".*"; use one of tiny, small, base/);
  });
});
