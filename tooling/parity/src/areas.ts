import type { Backend } from '@kaleido/backend';
import { compareCheckpoints } from './areas/checkpoints-area.ts';
import { compareCsv } from './areas/csv-area.ts';
import { compareFashionGen } from './areas/fashion-gen-area.ts';
import { compareFeatures } from './areas/features-area.ts';
import { compareImages } from './areas/images-area.ts';
import { compareMetrics } from './areas/metrics-area.ts';
import { compareModel } from './areas/model-area.ts';
import { compareParquet } from './areas/parquet-area.ts';
import { compareTokenizer } from './areas/tokenizer-area.ts';
import { compareWebDataset } from './areas/webdataset-area.ts';
import type { Comparison } from './comparison.ts';

interface AreaOptions {
  readonly vocabulary?: string | undefined;
  /** Folder with the networks' weights. */
  readonly weights?: string | undefined;
  /** Maximum number of cases in a slow area. */
  readonly cases?: number | undefined;
}

/** An area of comparison; it reads a folder with the layout of its golden one. */
export interface Area {
  /** Whether its results depend on the backend. */
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
  features: { needsBackends: true, compare: compareFeatures },
  images: { needsBackends: false, compare: (folder) => compareImages(folder) },
  metrics: { needsBackends: false, compare: (folder) => compareMetrics(folder) },
  csv: { needsBackends: false, compare: (folder) => compareCsv(folder) },
  'fashion-gen': { needsBackends: false, compare: (folder) => compareFashionGen(folder) },
  parquet: { needsBackends: false, compare: (folder) => compareParquet(folder) },
  webdataset: { needsBackends: false, compare: (folder) => compareWebDataset(folder) },
};

export const areaNames: readonly string[] = Object.keys(areas);
