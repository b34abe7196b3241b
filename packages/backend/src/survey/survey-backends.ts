import { KaleidoError } from '@kaleido/foundation';
import { backends as all, assertBackend, assertPlace, type Backend, type BackendPlace } from '../backend-choice.ts';
import { tf } from '../tensorflow.ts';
import type { BackendSurvey } from './backend-survey.ts';

export interface SurveyOptions extends BackendPlace {
  /** Which ones, in which order; all of them where left out. */
  readonly backends?: readonly Backend[];
  /** Node only: seconds until a backend that does not answer is given up, 60 where left out. */
  readonly patience?: number;
  /** Called as each begins. */
  readonly onBackend?: (backend: Backend) => void;
}

const defaultPatience = 60;

/**
 * Tries every backend and says of each what it is, how fast it multiplies, and whether its gradients are right; or why
 * it is not to be had. One after another, for they share the cores.
 *
 * In Node each has a process of its own, so that one that crashes or hangs is told as such, and nothing is loaded here.
 * In a browser each computes in the page for a moment; the backend of before is taken again afterwards.
 *
 * @throws KaleidoError for an unknown name or an impossible option; never for a backend that fails
 */
export async function surveyBackends({
  backends = all,
  patience = defaultPatience,
  onBackend,
  ...place
}: SurveyOptions = {}): Promise<BackendSurvey[]> {
  for (const backend of backends) assertBackend(backend);
  assertPlace(place);
  if (!(patience > 0))
    throw new KaleidoError({
      source: 'backend',
      problem: 'the patience with a backend must be seconds above 0',
      found: patience,
      advice: `leave it out for ${defaultPatience}`,
    });
  const { platform } = await import('#platform');
  const before = tf.getBackend();
  const surveys: BackendSurvey[] = [];
  for (const backend of backends) {
    onBackend?.(backend);
    surveys.push(await platform.survey(backend, place, patience));
  }
  if (before && tf.getBackend() !== before) await tf.setBackend(before);
  return surveys;
}
