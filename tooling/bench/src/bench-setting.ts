import type { Backend } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { type KaleidoBertConfig, kaleidoBertConfig, type ModelSize, presetSize } from '@kaleido/model';

/** Named sizes. */
const benchPresets = ['tiny', 'small', 'base'] as const;

export type BenchPreset = (typeof benchPresets)[number];

/** The model and sizes of one step. */
export interface BenchSetting {
  readonly preset: BenchPreset;
  readonly config: KaleidoBertConfig;
  /** B, examples per step. */
  readonly batchSize: number;
  /** Captions that one photograph is scored against at once. */
  readonly pairs: number;
}

interface Preset {
  readonly size: ModelSize;
  /** V */
  readonly vocabulary: number;
  /** F */
  readonly features: number;
  /** T */
  readonly textLength: number;
  readonly batchSize: { readonly processor: number; readonly gpu: number };
  readonly pairs: { readonly processor: number; readonly gpu: number };
}

const presets: Readonly<Record<BenchPreset, Preset>> = {
  // The recipe tiny-ci.
  tiny: {
    size: presetSize('tiny'),
    vocabulary: 600,
    features: 192,
    textLength: 48,
    batchSize: { processor: 24, gpu: 24 },
    pairs: { processor: 64, gpu: 64 },
  },
  // Two layers of BERT-tiny's width, with the paper's vocabulary and features.
  small: {
    size: { hidden_size: 128, intermediate_size: 512, num_hidden_layers: 2, num_attention_heads: 2 },
    vocabulary: 30_522,
    features: 2048,
    textLength: 64,
    batchSize: { processor: 16, gpu: 16 },
    pairs: { processor: 32, gpu: 32 },
  },
  // The paper's size. Its batch of 64 is too large and too slow for a CPU.
  base: {
    size: presetSize('base'),
    vocabulary: 30_522,
    features: 2048,
    textLength: 64,
    batchSize: { processor: 4, gpu: 64 },
    pairs: { processor: 8, gpu: 128 },
  },
};

/**
 * @param dropout of embeddings, dense outputs and attention probabilities, in [0, 1)
 * @param batchSize default: the preset's
 * @throws KaleidoError for an unknown preset, or a batch too small to draw negatives
 */
export function benchSetting(preset: string, backend: Backend, dropout: number, batchSize?: number): BenchSetting {
  if (!isPreset(preset))
    throw new KaleidoError({
      source: 'bench',
      problem: 'unknown preset',
      found: preset,
      advice: `use one of ${benchPresets.join(', ')}`,
    });
  const { size, vocabulary, features, textLength, ...sizes } = presets[preset];
  const device = backend === 'cuda' || backend === 'webgpu' ? 'gpu' : 'processor';
  return {
    preset,
    config: kaleidoBertConfig({
      ...size,
      vocab_size: vocabulary,
      patch_feature_size: features,
      text_seq_len: textLength,
      position_scale: 'unit',
      hidden_dropout_prob: dropout,
      attention_probs_dropout_prob: dropout,
    }),
    batchSize: batchSize ?? sizes.batchSize[device],
    pairs: sizes.pairs[device],
  };
}

function isPreset(name: string): name is BenchPreset {
  return benchPresets.some((preset) => preset === name);
}
