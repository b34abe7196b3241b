import { didYouMean, KaleidoError } from '@kaleido/foundation';
import { z } from 'zod';

/**
 * Everything that decides the shape of a Kaleido-BERT. The keys are those of the released code's `config.json`, so that
 * a released folder loads unchanged; the keys under "ours" have defaults that give the paper's model.
 */
export interface KaleidoBertConfig {
  readonly model_type: 'kaleidobert';
  /** V, word pieces. BERT's vocabulary has 30,522; small recipes train their own of 1,000 to 3,000. */
  readonly vocab_size: number;
  /** D, the width of every position. 768 in the paper (BERT-base). */
  readonly hidden_size: number;
  /** Width inside the feed-forward block; 4 D in BERT. */
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  /** A; must divide D. */
  readonly num_attention_heads: number;
  /** Rows of the text position table; 512 in BERT. */
  readonly max_position_embeddings: number;
  /** Rows of the text segment table; 2 in BERT, of which captions use the first. */
  readonly type_vocab_size: number;
  /** 0.1 in BERT; on embeddings and both dense outputs of a layer. */
  readonly hidden_dropout_prob: number;
  /** 0.1 in BERT; on attention probabilities. */
  readonly attention_probs_dropout_prob: number;
  /** Deviation of the truncated normal every weight starts from; 0.02 in BERT. */
  readonly initializer_range: number;
  /** Rows of each level's own type table; at least 6, because level k uses row k (1..5). */
  readonly patch_type_vocab_size: number;
  /** F, the extractor's feature width: 2,048 for ResNet-50, 1,280 for MobileNetV2, 768 for 16 x 16 pixels. */
  readonly patch_feature_size: number;
  /** Kept for compatibility with the released file; the released code never uses it. */
  readonly max_patch_position_embeddings: number;
  /** T, tokens that a caption is truncated or padded to; 64 in the paper. */
  readonly text_seq_len: number;
  readonly img_rotation_seq_len: 1;
  readonly img_jigsaw_seq_len: 4;
  readonly img_camouflage_seq_len: 9;
  readonly img_greymask_seq_len: 16;
  readonly img_blankmask_seq_len: 25;
  readonly img_rotation_label_num: 4;
  readonly img_jigsaw_label_num: 24;
  readonly img_camouflage_label_num: 9;
  /** Patches greyed at level 4; 2 in the paper (3.4). */
  readonly masked_greymask_patch_num: number;
  /** Patches blanked at level 5; 3 in the paper (3.4). */
  readonly masked_blankmask_patch_num: number;

  // Ours.

  /**
   * `gelu_tanh` as released; `gelu_erf`, the exact form, for weights of a BERT that was trained with it (`hidden_act`
   * "gelu" of its config.json).
   */
  readonly hidden_act: 'gelu_tanh' | 'gelu_erf';
  /**
   * `raw`: a patch's position is [x1, x2, y1, y2, w h] in pixels, as released (needed for its checkpoints).
   * `unit`: the same divided by the image's width, height and area; the area then no longer dominates.
   */
  readonly position_scale: 'raw' | 'unit';
  /** Whether features are standardised by a stored mean and deviation per dimension; small models learn faster so. */
  readonly standardise_features: boolean;
  /**
   * How one side alone becomes one vector: `embeddings` averages the embedding layer's outputs, `encoder` those of a
   * one-sided pass through the transformer.
   */
  readonly one_sided_encoding: 'embeddings' | 'encoder';
  /** Width of the joint space of captions and images; 0 leaves the two projections out, as the paper does. */
  readonly joint_size: number;
  /**
   * The part of a photograph that the joint space reads. `patches`: every patch's embedding, averaged by level.
   * `whole`: the features of the level 1 patch, the whole garment, through their own hidden layer, which the width D
   * does not limit. It is cheaper, and better for a network's features, while raw pixels need the patches
   * (docs/decisions/0007).
   */
  readonly joint_view: 'patches' | 'whole';
  /**
   * `normal`: truncated normal everywhere, as released. `identity`: the value and output projections of attention start
   * as the identity, which lets a small matching head learn (docs/decisions/0004). `neighbours`: as `identity`, with
   * positions as waves and two heads of the first layer that look at the neighbouring pieces, from which a small model
   * learns words (docs/decisions/0020).
   */
  readonly attention_initialisation: 'normal' | 'identity' | 'neighbours';
}

const count = z.number().int().positive();
const probability = z.number().min(0).lt(1);

const configSchema = z.strictObject({
  model_type: z.literal('kaleidobert').default('kaleidobert'),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  max_position_embeddings: count.default(512),
  type_vocab_size: count.default(2),
  hidden_dropout_prob: probability.default(0.1),
  attention_probs_dropout_prob: probability.default(0.1),
  initializer_range: z.number().positive().default(0.02),
  patch_type_vocab_size: count.min(6, 'must be at least 6: level k uses row k of its type table').default(6),
  patch_feature_size: count,
  max_patch_position_embeddings: count.default(64),
  text_seq_len: count.default(64),
  img_rotation_seq_len: z.literal(1).default(1),
  img_jigsaw_seq_len: z.literal(4).default(4),
  img_camouflage_seq_len: z.literal(9).default(9),
  img_greymask_seq_len: z.literal(16).default(16),
  img_blankmask_seq_len: z.literal(25).default(25),
  img_rotation_label_num: z.literal(4).default(4),
  img_jigsaw_label_num: z.literal(24).default(24),
  img_camouflage_label_num: z.literal(9).default(9),
  masked_greymask_patch_num: count.max(16).default(2),
  masked_blankmask_patch_num: count.max(25).default(3),
  hidden_act: z.enum(['gelu_tanh', 'gelu_erf']).default('gelu_tanh'),
  position_scale: z.enum(['raw', 'unit']).default('raw'),
  standardise_features: z.boolean().default(false),
  one_sided_encoding: z.enum(['embeddings', 'encoder']).default('embeddings'),
  joint_size: z.number().int().nonnegative().default(0),
  joint_view: z.enum(['patches', 'whole']).default('patches'),
  attention_initialisation: z.enum(['normal', 'identity', 'neighbours']).default('normal'),
});

/** Checks a `config.json`; unknown keys are refused, because a misspelt one would silently give another model. */
const kaleidoBertConfigSchema: z.ZodType<KaleidoBertConfig, unknown> = configSchema;

/** The sizes that have a name. `base` is the paper's; the small ones are ours, for machines without a GPU. */
export const presets: Readonly<Record<PresetName, ModelSize>> = {
  tiny: { hidden_size: 64, intermediate_size: 256, num_hidden_layers: 1, num_attention_heads: 2 },
  small: { hidden_size: 128, intermediate_size: 512, num_hidden_layers: 2, num_attention_heads: 4 },
  base: { hidden_size: 768, intermediate_size: 3072, num_hidden_layers: 12, num_attention_heads: 12 },
};

export type PresetName = 'tiny' | 'small' | 'base';

export type ModelSize = Pick<
  KaleidoBertConfig,
  'hidden_size' | 'intermediate_size' | 'num_hidden_layers' | 'num_attention_heads'
>;

/** A size by its name. @throws KaleidoError listing the known names */
export function presetSize(name: string): ModelSize {
  if (!Object.hasOwn(presets, name))
    throw new KaleidoError({
      source: 'model',
      problem: 'unknown preset',
      found: name,
      advice: `use one of ${Object.keys(presets).join(', ')}`,
    });
  return presets[name as PresetName];
}

/**
 * Fills in defaults and checks a configuration.
 * @throws KaleidoError naming the first key that is wrong, missing or unknown
 */
export function kaleidoBertConfig(values: unknown): KaleidoBertConfig {
  const parsed = kaleidoBertConfigSchema.safeParse(values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const nearest = unknown === undefined ? '' : didYouMean(unknown, Object.keys(configSchema.shape));
    throw new KaleidoError({
      source: 'model',
      problem: `the model's configuration is wrong at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? ''}`,
      advice: `${nearest}${nearest && ' '}compare with the keys of KaleidoBertConfig`,
    });
  }
  const config = parsed.data;
  if (config.hidden_size % config.num_attention_heads !== 0)
    throw new KaleidoError({
      source: 'model',
      problem: `hidden_size ${config.hidden_size} is not divisible by num_attention_heads`,
      found: config.num_attention_heads,
      advice: 'choose a hidden_size that is a multiple of it',
    });
  if (config.text_seq_len > config.max_position_embeddings)
    throw new KaleidoError({
      source: 'model',
      problem: `text_seq_len is larger than max_position_embeddings ${config.max_position_embeddings}`,
      found: config.text_seq_len,
      advice: 'lower text_seq_len, or raise max_position_embeddings',
    });
  return config;
}

/**
 * The patches that the joint space reads: level 1 alone with `joint_view` "whole". Undefined: all of them.
 * For batch makers without a model.
 */
export function jointPatches(config: Pick<KaleidoBertConfig, 'joint_size' | 'joint_view'>): readonly [0] | undefined {
  return config.joint_size > 0 && config.joint_view === 'whole' ? [0] : undefined;
}
