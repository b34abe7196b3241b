import { useRef } from 'preact/hooks';
import { engine } from '../../engine/engine.ts';
import { clearLibrary, library, mostPhotographs, reading, stopReading, takeFiles } from './library.ts';

/** Takes photographs of the visitor into the search, and says how it goes. */
export function OwnPhotographs() {
  const input = useRef<HTMLInputElement>(null);
  const { done, total, leftOut, tooMany } = reading.value;
  const count = library.value.length;
  const isReading = done < total;
  return (
    <div class="match-own">
      <div class="match-own-row">
        <button type="button" class="button" onClick={() => input.current?.click()}>
          Add your photographs
        </button>
        <input
          ref={input}
          type="file"
          accept="image/*"
          multiple
          class="visually-hidden"
          tabIndex={-1}
          aria-label="Photographs of your own to search"
          onChange={({ currentTarget }) => {
            takeFiles(currentTarget.files ?? []);
            currentTarget.value = '';
          }}
        />
        <p class="small" role="status">
          {isReading ? (
            <>
              Reading <span class="number">{done + 1}</span> of <span class="number">{total}</span>
              {engine.value.kind === 'ready' ? '' : ', as soon as the model has loaded'}
            </>
          ) : count > 0 ? (
            `${count === 1 ? 'One photograph' : `${count} photographs`} of yours ${count === 1 ? 'is' : 'are'} searched.`
          ) : (
            <span class="soft">Or drop them here: up to {mostPhotographs}. They stay on this machine.</span>
          )}
        </p>
        {isReading && (
          <button type="button" class="button" onClick={stopReading}>
            Stop
          </button>
        )}
        {!isReading && (count > 0 || leftOut.length > 0 || tooMany > 0) && (
          <button type="button" class="button" onClick={clearLibrary}>
            Forget them
          </button>
        )}
      </div>
      {isReading && <progress max={total} value={done} aria-label="Photographs read" />}
      {tooMany > 0 && (
        <p class="notice notice-hint">
          At most {mostPhotographs} photographs are searched at once. {tooMany.toLocaleString('en')} more{' '}
          {tooMany === 1 ? 'was' : 'were'} left out unread.
        </p>
      )}
      {leftOut.length > 0 && (
        <details class="match-left-out small">
          <summary>{leftOut.length === 1 ? 'One file was left out' : `${leftOut.length} files were left out`}</summary>
          <ul>
            {leftOut.map((reason, at) => (
              <li key={at}>{reason}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
