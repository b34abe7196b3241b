import type { Backend } from '@kaleido/backend';
import { compareCheckpoints } from './areas/checkpoints-area.ts';
import { compareModel } from './areas/model-area.ts';
import { compareTokenizer } from './areas/tokenizer-area.ts';
import type { Comparison } from './comparison.ts';

export interface AreaOptions {
  readonly vocabulary: string | undefined;
}

/** What can be compared: each area reads a folder that is laid out like its golden one. */
export interface Area {
  /** Whether it computes, and so differently on each backend. */
  readonly needsBackends: boolean;
  compare(folder: string, backends: readonly Backend[], options: AreaOptions): Promise<Comparison[]>;
}

export const areas: Readonly<Record<string, Area>> = {
  model: { needsBackends: true, compare: compareModel },
  checkpoints: { needsBackends: true, compare: compareCheckpoints },
  tokenizer: {
    needsBackends: false,
    compare: (folder, _backends, { vocabulary }) => compareTokenizer(folder, vocabulary),
  },
};

export const areaNames: readonly string[] = Object.keys(areas);
