import type { RankedField } from '@kaleido/insight';
import type { View } from '../engine/engine-api.ts';
import type { TaughtPart, TeachingClass, TeachingEvent, TeachingReport } from './teaching-events.ts';

interface TeachingStart {
  /** Address of the page's folder, whose model is taught. */
  readonly base: string;
  readonly classes: readonly TeachingClass[];
  readonly trained: TaughtPart;
}

/** Teaches the bundled model, in a worker of its own. Ending the worker ends it. */
export interface TeachingApi {
  /** @param rasterise draws an SVG, in the page */
  teach(
    start: TeachingStart,
    rasterise: (svg: string) => Promise<ImageBitmap>,
    tell: (event: TeachingEvent) => void,
  ): Promise<TeachingReport>;
  /** The probability of each class, by the model that was taught. */
  rank(view: View): Promise<RankedField>;
  /** The model folder. */
  files(): Promise<File[]>;
}
