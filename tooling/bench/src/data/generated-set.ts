/** What is written for a measurement. */
export interface GeneratedSet {
  readonly products: number;
  /** Of each picture; of HDF5, as near as a square of RGB pixels comes. */
  readonly pictureBytes: number;
  /** How often the shards are repeated, as hard links; of HDF5 and tables, how many times as many products. Default: 1. */
  readonly copies?: number;
}
