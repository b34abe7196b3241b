import type { CaptionerWeights } from '../show-attend-tell/captioner-weights.ts';
import type { ShowAttendTellConfig } from '../show-attend-tell/show-attend-tell-config.ts';

/** A trained captioner on the host, with the statistics of the features among its weights. */
export interface FittedCaptioner {
  readonly config: ShowAttendTellConfig;
  readonly weights: CaptionerWeights;
}
