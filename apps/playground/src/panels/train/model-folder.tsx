import { useState } from 'preact/hooks';
import { askedBackend, engine, reasonOf, startEngine } from '../../engine/engine.ts';
import { Notice } from '../../parts/notice.tsx';
import { downloadZip, saveIntoFolder, writesFolders } from '../../training/model-folder-files.ts';

/** Keeps a trained model: as a file, in a folder, or in all panels of the page. */
export function ModelFolder({
  name,
  files,
}: {
  /** Of the archive. */
  readonly name: string;
  readonly files: () => Promise<readonly File[]>;
}) {
  const [said, setSaid] = useState<{ readonly kind: 'hint' | 'problem'; readonly text: string } | undefined>();
  const doing = (work: (all: readonly File[]) => Promise<string | undefined>) => async () => {
    try {
      const text = await work(await files());
      setSaid(text === undefined ? undefined : { kind: 'hint', text });
    } catch (error) {
      setSaid({ kind: 'problem', text: `This did not work: ${reasonOf(error)}` });
    }
  };
  return (
    <section class="card train-keep" aria-labelledby="train-keep">
      <h2 id="train-keep">Keep it</h2>
      <p class="soft small">
        A model is a folder of a few files. The packages and the command line open the same folder:{' '}
        <code>openKaleido('{name}')</code>.
      </p>
      <div class="train-buttons">
        <button
          type="button"
          class="button"
          onClick={doing(async (all) => {
            await downloadZip(all, name);
            return `${name}.zip has ${all.length} files, ${megabytes(all)}.`;
          })}
        >
          Download as .zip
        </button>
        {writesFolders() && (
          <button
            type="button"
            class="button"
            onClick={doing(async (all) => {
              const folder = await saveIntoFolder(all);
              return folder === undefined ? undefined : `${all.length} files are in the folder ${folder}.`;
            })}
          >
            Save into a folder
          </button>
        )}
        <button
          type="button"
          class="button"
          onClick={doing(async (all) => {
            await startEngine(askedBackend(), all);
            const state = engine.peek();
            if (state.kind === 'failed') throw new Error(state.reason);
            // Another start may have come between.
            if (state.kind !== 'ready') return undefined;
            return 'All panels use this model now. “About” has a button to return to the bundled model.';
          })}
        >
          Use it in all panels
        </button>
      </div>
      <div aria-live="polite">{said !== undefined && <Notice kind={said.kind}>{said.text}</Notice>}</div>
    </section>
  );
}

function megabytes(files: readonly File[]): string {
  return `${(files.reduce((sum, { size }) => sum + size, 0) / 1e6).toFixed(1)} MB`;
}
