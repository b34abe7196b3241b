import { engine } from '../../engine/engine.ts';

/** Why there is no answer yet. */
export function waitingText(): string {
  switch (engine.value.kind) {
    case 'failed':
      return 'This needs the model, which does not run here.';
    case 'loading':
      return 'The answer comes as soon as the model is loaded.';
    default:
      return 'The model is asked.';
  }
}
