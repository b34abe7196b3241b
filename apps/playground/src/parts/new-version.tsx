import { newerVersion, putOff, takeNewer } from '../keep-page.ts';

/** Tells of a newer build of the page, and loads it. */
export function NewVersion() {
  const newer = newerVersion.value;
  if (newer === undefined) return null;
  const { phase, others } = newer;
  const isBusy = phase === 'taking over';
  return (
    <section class="new-version" role="status">
      <p>
        <strong>A new version of this page is there.</strong>{' '}
        {others === 0
          ? 'A reload forgets photographs, models and training of yours.'
          : `Close ${others === 1 ? 'the other tab' : `the ${others} other tabs`} of this page first, then reload.`}
      </p>
      <div>
        <button type="button" class="button button-main" disabled={isBusy} onClick={() => void takeNewer()}>
          {isBusy ? 'Reloading' : 'Reload'}
        </button>
        <button type="button" class="button" disabled={isBusy} onClick={putOff}>
          Later
        </button>
      </div>
    </section>
  );
}
