import type { Tensor, Variable } from '@kaleido/backend';
import type { DropoutSeeds } from '@kaleido/foundation';
import type { HeadInputOptions } from '@kaleido/model';

/** A file of a model folder. */
export type HeadFile = readonly [name: string, content: string | Uint8Array];

/** Layers on top of a model, and what their outputs mean. */
export interface TaskHead<Result> {
  /** What it reads. */
  readonly input: HeadInputOptions;
  /** Its own layers, by name. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** @param input [B, `headInputSize`], what `headInput` returns @returns [B, ...] each, in the caller's `tf.tidy` */
  outputs(input: Tensor, dropout?: DropoutSeeds): readonly Tensor[];
  /** The results of some items. @param outputs the values of `outputs` */
  results(ids: readonly string[], outputs: readonly Float32Array[]): Result[];
  /** Its files in a model folder. */
  files(): Promise<readonly HeadFile[]>;
  dispose(): void;
}
