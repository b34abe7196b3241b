import type { Backend, BackendPlace } from '../backend-choice.ts';
import { whyNoWebgpu } from '../backends/webgpu.ts';
import { readAdapter, type WebgpuProbe } from '../backends/webgpu-adapter.ts';
import type { FoundBackend } from '../survey/backend-survey.ts';
import { surveyHere } from '../survey/survey-here.ts';

export interface SurveyTask {
  readonly backend: Backend;
  readonly place: BackendPlace;
}

/** The tasks that Node runs in a child process, since they load native libraries. */
export const tasks = {
  /** Creates `navigator.gpu` and asks it for an adapter. */
  probeWebgpu: async (): Promise<WebgpuProbe> => {
    const missing = await whyNoWebgpu();
    return missing === undefined ? readAdapter() : { missing: missing.found };
  },
  survey: ({ backend, place }: SurveyTask): Promise<FoundBackend> => surveyHere(backend, place),
} as const;

export type Tasks = typeof tasks;
