import { useRef, useState } from 'preact/hooks';
import { askedBackend, engine, startEngine } from '../../engine/engine.ts';
import { modelFolder, pickedFolder, placedFiles } from '../../engine/model-folder.ts';
import { Notice } from '../../parts/notice.tsx';

/** Opens a model folder in all panels: one that was saved here, or a run of the command line. */
export function OpenFolder() {
  const input = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState<string | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const state = engine.value;
  return (
    <section class="card train-open" aria-labelledby="train-open">
      <h2 id="train-open">Open a model folder</h2>
      <p class="soft small">
        One that you saved here and unpacked, or a run of <code>pnpm train</code>. It is opened in all panels, and does
        not leave this machine.
      </p>
      <div class="train-buttons">
        <button type="button" class="button" onClick={() => input.current?.click()}>
          Choose a folder
        </button>
      </div>
      <input
        ref={(element) => {
          input.current = element;
          // Not among the attributes that Preact knows.
          element?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        multiple
        class="visually-hidden"
        tabIndex={-1}
        aria-label="A model folder"
        onChange={({ currentTarget }) => {
          const files = placedFiles(currentTarget.files ?? []);
          currentTarget.value = '';
          const found = modelFolder(files);
          setProblem('problem' in found ? found.problem : undefined);
          if ('problem' in found) return;
          setAsked(pickedFolder(files) ?? 'Your model');
          void startEngine(askedBackend(), found);
        }}
      />
      <div aria-live="polite">
        {problem !== undefined && <Notice kind="problem">{problem}</Notice>}
        {asked !== undefined && state.kind === 'ready' && (
          <Notice kind="hint">
            {asked} is open in all panels: {state.report.model.parameters.toLocaleString('en')} numbers,{' '}
            {state.report.model.layers} layers. “About” has a button to return to the bundled model.
          </Notice>
        )}
        {asked !== undefined && state.kind === 'failed' && (
          <Notice kind="problem">
            {asked} does not open: {state.reason}
          </Notice>
        )}
      </div>
    </section>
  );
}
