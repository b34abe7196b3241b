import type { PretrainingEvent, PretrainingSettings } from './training-events.ts';

interface PretrainingStart {
  /** Address of the page's folder. */
  readonly base: string;
  readonly seed: number;
  readonly settings: PretrainingSettings;
}

/** The pre-training of the page, in a worker of its own. Ending the worker ends it. */
export interface PretrainingApi {
  /**
   * Opens a new model and waits for `play` or `step`. Never resolves.
   * @param rasterise draws an SVG, in the page
   */
  run(
    start: PretrainingStart,
    rasterise: (svg: string) => Promise<ImageBitmap>,
    tell: (event: PretrainingEvent) => void,
  ): Promise<void>;
  play(): void;
  pause(): void;
  step(): void;
  change(settings: PretrainingSettings): void;
  /** The model folder. */
  files(): Promise<File[]>;
}
