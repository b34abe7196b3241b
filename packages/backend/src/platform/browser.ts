import { readAdapter } from '../backends/webgpu-adapter.ts';
import { absentBackend } from '../survey/backend-survey.ts';
import { surveyHere } from '../survey/survey-here.ts';
import type { Platform } from './platform.ts';

export const platform: Platform = {
  probeWebgpu: readAdapter,
  survey: (backend, place) => surveyHere(backend, place).catch((error: unknown) => absentBackend(backend, error)),
  processorName: () => `this browser, ${navigator.hardwareConcurrency} threads`,
  graphicsName: async () => 'GPU',
  dawnVersion: () => undefined,
};
