import { didYouMean, KaleidoError } from '@kaleido/foundation';
import { levelByName } from '@kaleido/layout';
import type { SpecialTokenIds } from '@kaleido/tokenizer';
import { z } from 'zod';

/**
 * Everything that decides the shape and the loss of a captioner. "Their code" is that of Xu et al. for COCO
 * (github.com/kelvinxu/arctic-captions, evaluate_coco.py).
 */
export interface ShowAttendTellConfig {
  /** V, word pieces. */
  readonly vocabularySize: number;
  /** F, width of a cell's features. */
  readonly featureWidth: number;
  /** G, cells of the grid. Default: 25, the patches of level 5, the finest that an alignment can name. */
  readonly cells: number;
  /**
   * D, width of an annotation, which is a cell's features projected. Default: 256, as wide as the hidden state. Xu et al.
   * have no projection, since their features are 512 wide; ours are wider, and each step reads them.
   */
  readonly annotationSize: number;
  /** E, width of a piece's embedding. Default: 128, as in our `small` model. Their code has 512 for 10,000 words. */
  readonly embeddingSize: number;
  /**
   * H, width of the LSTM's hidden state and memory. Default: 256. Their code has 1,800; a step's cost grows with the
   * square.
   */
  readonly hiddenSize: number;
  /**
   * A, width in which annotations and hidden state are compared. Default: 128, half of both. Their code takes the
   * annotation's whole width.
   */
  readonly attentionSize: number;
  /** Share of the hidden state and of the output's hidden layer that is dropped in training. Default: 0.5, as in their code. */
  readonly dropout: number;
  /**
   * Weight of the doubly stochastic penalty: over a caption, each cell should be looked at once (Xu et al. 4.2.1).
   * Default: 1, as in their code, where the penalty is a sum over the cells and ours a mean; 0 leaves it out.
   */
  readonly doublyStochastic: number;
  /** Ids of the special pieces. A caption is read from [CLS] and ends with [SEP]; the others are never written. */
  readonly special: SpecialTokenIds;
}

const count = z.number().int().positive();
const id = z.number().int().nonnegative();

const configSchema = z.strictObject({
  vocabularySize: count,
  featureWidth: count,
  cells: count.default(levelByName.blank.patches),
  annotationSize: count.default(256),
  embeddingSize: count.default(128),
  hiddenSize: count.default(256),
  attentionSize: count.default(128),
  dropout: z.number().min(0).lt(1).default(0.5),
  doublyStochastic: z.number().nonnegative().default(1),
  special: z.strictObject({ padding: id, unknown: id, classification: id, separator: id, mask: id }),
});

/** What a recipe may say of a captioner; the rest follows from its products. */
export const captionerNetworkSchema = configSchema.pick({
  annotationSize: true,
  embeddingSize: true,
  hiddenSize: true,
  attentionSize: true,
  dropout: true,
  doublyStochastic: true,
});

/** Schema of a captioner's settings, for recipes and files; unknown keys are refused. */
export const showAttendTellConfigSchema: z.ZodType<ShowAttendTellConfig, unknown> = configSchema;

/**
 * Fills in defaults and checks a configuration.
 * @throws KaleidoError naming the first key that is wrong, missing or unknown
 */
export function showAttendTellConfig(values: unknown): ShowAttendTellConfig {
  const parsed = configSchema.safeParse(values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const nearest = unknown === undefined ? '' : didYouMean(unknown, Object.keys(configSchema.shape));
    throw new KaleidoError({
      source: 'alignment',
      problem: `the captioner's configuration is wrong at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? ''}`,
      advice: `${nearest}${nearest && ' '}compare with the keys of ShowAttendTellConfig`,
    });
  }
  const { special, vocabularySize } = parsed.data;
  for (const [name, of] of Object.entries(special))
    if (of >= vocabularySize)
      throw new KaleidoError({
        source: 'alignment',
        problem: `special.${name} lies outside the ${vocabularySize} pieces of the vocabulary`,
        found: of,
        advice: "use the tokenizer's ids and its vocabularySize",
      });
  if (vocabularySize <= Object.keys(special).length)
    throw new KaleidoError({
      source: 'alignment',
      problem: 'the vocabulary has no piece that a caption may hold',
      found: vocabularySize,
      advice: 'give the size of the whole vocabulary, special pieces included',
    });
  return parsed.data;
}
