import { KaleidoError } from '@kaleido/foundation';
import { z } from 'zod';
import type { KaleidoBertConfig } from '../kaleido-bert-config.ts';

/** The pieces that decoding must know by their ids. */
export interface CaptionTokens {
  /** [CLS], the first of every caption. */
  readonly classification: number;
  /** [SEP], which ends one. */
  readonly separator: number;
  readonly mask: number;
  /** Pieces that no caption may hold, beside [CLS] and [MASK]: [PAD], [UNK], those without a use. */
  readonly never: readonly number[];
}

/** How the next piece is chosen. */
export type PieceChoice =
  /** The most likely one. */
  | { readonly kind: 'greedy' }
  /** The most likely caption that is found with several candidates at a time. */
  | {
      readonly kind: 'beam';
      /** Candidates per photograph, 1 to 64. Default: 4, as in "Attention Is All You Need" (6.1). */
      readonly width?: number;
      /**
       * Captions of n pieces, [SEP] included, compare by log-probability / ((5 + n) / 6)^lengthPenalty (Wu et al. 2016,
       * arXiv 1609.08144, 7); 0 compares log-probabilities. Default: 0.6, as in "Attention Is All You Need".
       */
      readonly lengthPenalty?: number;
    }
  /** A draw from the most likely ones (Holtzman et al. 2020, arXiv 1904.09751). */
  | {
      readonly kind: 'nucleus';
      readonly seed: number;
      /** It draws from the fewest pieces that have this probability together, (0, 1]. Default: 0.95, as there. */
      readonly topP?: number;
      /** Divisor of the logits before the draw, above 0. Default: 1, the model's own probabilities. */
      readonly temperature?: number;
    };

/** `blockNgram` where none is given. */
export function defaultBlockNgram({ kind }: PieceChoice): number {
  return kind === 'beam' ? 3 : 0;
}

/** How a caption is written. */
export type CaptionMethod =
  /** Piece by piece under a causal mask; for models that were trained to predict the next piece. */
  | {
      readonly method: 'left-to-right';
      /** Default: `greedy`, which reads one candidate per photograph. */
      readonly choice?: PieceChoice;
      /**
       * No run of so many pieces stands twice in a caption: 2 or more, or 0 to allow all. Default: 3 with `beam` (Paulus et
       * al. 2017, arXiv 1705.04304, 2.5): small models say "a high waist and a high waist", and people never do. Otherwise
       * 0: a search of one candidate finds out too late, and ends what it has begun by some other piece, "a knee boots".
       */
      readonly blockNgram?: number;
    }
  /**
   * All pieces at once, then those again of which the model is least certain, fewer each time (mask-predict, Ghazvininejad
   * et al. 2019, arXiv 1904.09324); for models that were trained to predict masked pieces.
   */
  | {
      readonly method: 'mask-predict';
      /** Passes, the first included, 1 to 64. Default: 4, the fewest of that paper's tables. */
      readonly iterations?: number;
      /** Pieces between [CLS] and [SEP]. Default: as many as are before the first [SEP] that the model predicts. */
      readonly length?: number;
    }
  /** All pieces at once, as Kaleido-BERT's authors do; for models that were trained to predict masked pieces. */
  | { readonly method: 'one-pass'; readonly length?: number };

export type CaptionOptions = CaptionMethod & CaptionFrame;

interface CaptionFrame {
  readonly tokens: CaptionTokens;
  /** The longest text, [CLS] and [SEP] included. Default: the configuration's `text_seq_len`. */
  readonly longest?: number;
  /** The layer, from 0, whose attention the captions come with. Default: none. */
  readonly attentionLayer?: number | undefined;
  /** A name for each photograph, for its random draws. Default: its number in the batch. */
  readonly names?: readonly string[] | undefined;
}

/** The options with their defaults. */
export type CheckedOptions = CheckedMethod & Omit<CaptionFrame, 'longest'> & { readonly longest: number };

type CheckedMethod =
  | {
      readonly method: 'left-to-right';
      readonly choice: Required<PieceChoice>;
      readonly blockNgram?: number | undefined;
    }
  | { readonly method: 'mask-predict'; readonly iterations: number; readonly length?: number | undefined }
  | { readonly method: 'one-pass'; readonly length?: number | undefined };

const count = z.number().int().positive();
const id = z.number().int().nonnegative();

// A wider beam finds shorter captions, and no better ones (Koehn and Knowles 2017, arXiv 1706.03872).
const widest = 64;
const mostPasses = 64;

const choiceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('greedy') }),
  z.strictObject({
    kind: z.literal('beam'),
    width: count.max(widest).default(4),
    lengthPenalty: z.number().nonnegative().default(0.6),
  }),
  z.strictObject({
    kind: z.literal('nucleus'),
    seed: z.number().int(),
    topP: z.number().positive().max(1).default(0.95),
    temperature: z.number().positive().default(1),
  }),
]);

const common = {
  tokens: z.strictObject({ classification: id, separator: id, mask: id, never: z.array(id).readonly() }),
  longest: count.min(3, 'must be at least 3: [CLS], a piece, [SEP]').optional(),
  attentionLayer: id.optional(),
  names: z.array(z.string()).readonly().optional(),
};

const schema = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('left-to-right'),
    choice: choiceSchema.default({ kind: 'greedy' }),
    blockNgram: z
      .number()
      .int()
      .refine((length) => length === 0 || length >= 2, 'must be 2 or more, or 0 to allow all')
      .optional(),
    ...common,
  }),
  z.strictObject({
    method: z.literal('mask-predict'),
    iterations: count.max(mostPasses).default(4),
    length: count.optional(),
    ...common,
  }),
  z.strictObject({ method: z.literal('one-pass'), length: count.optional(), ...common }),
]);

/** @throws KaleidoError naming the option that is wrong or unknown */
export function checkCaptionOptions(
  options: CaptionOptions,
  config: KaleidoBertConfig,
  photographs: number,
): CheckedOptions {
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new KaleidoError({
      source: 'model',
      problem: `the options of a caption are wrong at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? ''}`,
      advice: 'compare with CaptionOptions',
    });
  }
  const checked = { ...parsed.data, longest: parsed.data.longest ?? config.text_seq_len };
  const { tokens, longest, attentionLayer, names } = checked;
  const refuse = (problem: string, found: unknown, advice: string): never => {
    throw new KaleidoError({ source: 'model', problem, found, advice });
  };
  const forbidden = new Set([tokens.classification, tokens.separator, tokens.mask, ...tokens.never]);
  if (forbidden.size >= config.vocab_size)
    refuse('no piece is left that a caption may hold', tokens.never, 'forbid fewer pieces');
  const largest = Math.max(...forbidden);
  if (largest >= config.vocab_size)
    refuse(`a token lies outside the ${config.vocab_size} pieces of the model`, largest, "use the model's tokenizer");
  if (longest > config.max_position_embeddings)
    refuse(`the model has only ${config.max_position_embeddings} positions`, longest, 'lower longest');
  if ('length' in checked && checked.length !== undefined && checked.length > longest - 2)
    refuse(`length is more than fits between [CLS] and [SEP] in ${longest}`, checked.length, 'lower length');
  if (attentionLayer !== undefined && attentionLayer >= config.num_hidden_layers)
    refuse(`the model has ${config.num_hidden_layers} layers, from 0`, attentionLayer, 'lower attentionLayer');
  if (names !== undefined && names.length !== photographs)
    refuse(`${photographs} photographs need as many names`, names.length, 'give a name for each');
  return checked;
}
