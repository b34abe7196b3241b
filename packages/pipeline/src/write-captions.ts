import type { ImageBatch } from '@kaleido/layout';
import {
  type CaptionMethod,
  type CaptionOptions,
  type CaptionTokens,
  generateCaptions,
  type KaleidoBert,
} from '@kaleido/model';
import { joinSigns, type Tokenizer } from '@kaleido/tokenizer';

/** A caption that the model wrote for a photograph. */
export interface WrittenCaption {
  /** The record's id, the file's name, or `photograph 1`, `photograph 2` and so on. */
  readonly id: string;
  readonly caption: string;
  /**
   * The natural logarithm of its probability. Of `mask-predict` and `one-pass` it is the sum over the pieces, each as it was
   * predicted last, which cannot be compared with that of `left-to-right`.
   */
  readonly logProbability: number;
  /** Whether it ends only because it reached the longest text. */
  readonly cut: boolean;
  /** With `attentionLayer`: its word pieces, and how much each looked at each of the 55 patches, which sums to less than 1. */
  readonly pieces?: readonly { readonly piece: string; readonly attention: Float32Array }[];
}

type LeftToRight = Extract<CaptionMethod, { readonly method: 'left-to-right' }>;

/** How captions are written. The method is `left-to-right` by default. */
export type WriteOptions = (CaptionMethod | (Omit<LeftToRight, 'method'> & { readonly method?: never })) & {
  /** The most word pieces, [CLS] and [SEP] included. Default: the model's `text_seq_len`. */
  readonly longest?: number;
  /** Return what each piece looked at in this layer, from 0. Default: nothing is returned. */
  readonly attentionLayer?: number;
};

/** Pieces of BERT's vocabulary that have no meaning. */
const unused = /^\[unused\d+\]$/;

/** The pieces of a tokenizer that decoding must know. Captions hold no piece without a meaning. */
export function decodingTokens({ vocabulary, specialTokenIds: special }: Tokenizer): CaptionTokens {
  return {
    classification: special.classification,
    separator: special.separator,
    mask: special.mask,
    never: [special.padding, special.unknown, ...vocabulary.flatMap((piece, id) => (unused.test(piece) ? [id] : []))],
  };
}

/**
 * Writes a caption for each photograph from features that are there already, of `look` say; `Kaleido.caption` makes them too.
 * @param ids of the photographs; also the names of their random draws
 */
export async function writeCaptions(
  model: KaleidoBert,
  tokenizer: Tokenizer,
  image: ImageBatch,
  ids: readonly string[],
  options: WriteOptions = {},
): Promise<WrittenCaption[]> {
  const { vocabulary } = tokenizer;
  const tokens = decodingTokens(tokenizer);
  const asked = { method: 'left-to-right', ...options, tokens, names: ids } as CaptionOptions;
  const written = await generateCaptions(model, image, asked);
  return written.map(({ ids: pieces, logProbability, cut, attention }, index) => {
    const P = (attention?.length ?? 0) / pieces.length;
    return {
      id: ids[index] as string,
      caption: joinSigns(tokenizer.decode(pieces)),
      logProbability,
      cut,
      ...(attention === undefined
        ? {}
        : {
            pieces: Array.from(pieces, (piece, i) => ({
              piece: vocabulary[piece] as string,
              attention: attention.slice(i * P, (i + 1) * P),
            })),
          }),
    };
  });
}
