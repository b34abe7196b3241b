import { KaleidoError } from '@kaleido/foundation';
import { backends as all, assertBackend, assertPlace, type Backend, type BackendPlace } from '../backend-choice.ts';
import { tf } from '../tensorflow.ts';
import type { BackendSurvey } from './backend-survey.ts';

export interface SurveyOptions extends BackendPlace {
  /** Which backends, in which order; all of them if omitted. */
  readonly backends?: readonly Backend[];
  /** Node only: seconds until a backend that does not answer is given up; 60 if omitted. */
  readonly patience?: number;
  /** Called before each backend is tried. */
  readonly onBackend?: (backend: Backend) => void;
}

const defaultPatience = 60;

/**
 * Tries every backend and reports its device, how fast it multiplies, and whether its gradients are right; or why it is
 * unavailable. They run one after another, since they share the cores.
 *
 * In Node each runs in its own process, so that a crash or a hang is reported, and nothing is loaded here. In a browser
 * each computes in the page for a moment; then the previous backend is selected again.
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
      problem: 'patience must be a number of seconds above 0',
      found: patience,
      advice: `omit it for ${defaultPatience}`,
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
