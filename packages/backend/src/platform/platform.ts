import type { Backend, BackendPlace } from '../backend-choice.ts';
import type { WebgpuProbe } from '../backends/webgpu-adapter.ts';
import type { BackendSurvey } from '../survey/backend-survey.ts';

/** What Node and browsers do in different ways. */
export interface Platform {
  /** Looks for WebGPU without loading what may not be used. */
  probeWebgpu(): Promise<WebgpuProbe>;
  /**
   * Tries a backend apart from what computes here: in Node in a process of its own, whose end it survives.
   * @param patience seconds until it is given up, in Node
   */
  survey(backend: Backend, place: BackendPlace, patience: number): Promise<BackendSurvey>;
  /** The processor that `wasm`, `cpu` and `tensorflow` compute on, and how many threads it runs at once. */
  processorName(): string;
  /** The GPU that `cuda` computes on. */
  graphicsName(): Promise<string>;
  /** The version of the npm package `webgpu`, where there is one. */
  dawnVersion(): string | undefined;
}
