import type { KaleidoBert } from '@kaleido/model';
import type { Tokenizer } from '@kaleido/tokenizer';

/** What reading needs of a model folder: a `Kaleido` of `@kaleido/pipeline` has it. */
export interface Reader {
  readonly model: KaleidoBert;
  readonly tokenizer: Tokenizer;
}
