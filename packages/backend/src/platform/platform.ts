import type { Backend, BackendPlace } from '../backend-choice.ts';
import type { WebgpuProbe } from '../backends/webgpu-adapter.ts';
import type { BackendSurvey } from '../survey/backend-survey.ts';

/** What differs between Node and browsers. */
export interface Platform {
  /** Looks for WebGPU without loading its libraries. */
  probeWebgpu(): Promise<WebgpuProbe>;
  /**
   * Tries a backend: in Node in a child process, which may crash.
   * @param patience seconds until it is given up, in Node
   */
  survey(backend: Backend, place: BackendPlace, patience: number): Promise<BackendSurvey>;
  /** The processor that `wasm`, `cpu` and `tensorflow` compute on, and its number of threads. */
  processorName(): string;
  /** The GPU that `cuda` computes on. */
  graphicsName(): Promise<string>;
  /** The version of the npm package `webgpu`, where there is one. */
  dawnVersion(): string | undefined;
}
