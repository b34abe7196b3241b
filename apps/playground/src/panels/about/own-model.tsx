import { useRef, useState } from 'preact/hooks';
import { askedBackend, engine, ownModel, startEngine } from '../../engine/engine.ts';
import { modelFolder, type PlacedFile, pickedFolder, placedFiles } from '../../engine/model-folder.ts';
import { droppedFiles } from '../../parts/dropped-files.ts';
import { Notice } from '../../parts/notice.tsx';

/** Opens a model folder of the visitor in place of the bundled model, and goes back to it. */
export function OwnModel() {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | undefined>();
  const [isOver, setOver] = useState(false);
  const [opened, setOpened] = useState<string | undefined>();
  const state = engine.value;
  // Also while it starts, so that there is a way back. Where it fails, the page says so, with one of its own.
  const isOwn = ownModel.value !== undefined;
  const open = (files: readonly PlacedFile[]): void => {
    const found = modelFolder(files);
    setProblem('problem' in found ? found.problem : undefined);
    if ('problem' in found) return;
    setOpened(pickedFolder(files) ?? 'your files');
    void startEngine(askedBackend(), found);
  };
  const drop = async (event: DragEvent): Promise<void> => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer === null) return;
    try {
      open(await droppedFiles(event.dataTransfer));
    } catch {
      setProblem('What was dropped could not be read. Pick the folder with the button.');
    }
  };
  const back = (): void => {
    setProblem(undefined);
    setOpened(undefined);
    void startEngine(askedBackend(), 'bundled');
  };
  return (
    <section class="card about-card" aria-labelledby="about-own-title">
      <h2 id="about-own-title">Open a model of yours</h2>
      <p class="soft">
        Every run of <code class="number">pnpm train</code> leaves a model folder. Open it, and all panels ask your
        model. The folder stays on this machine.
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut, the button does the same */}
      <div
        class={isOver ? 'about-drop about-drop-over' : 'about-drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => void drop(event)}
      >
        <button type="button" class="button button-main" onClick={() => input.current?.click()}>
          Pick a model folder
        </button>
        <span class="soft small">or drop one here</span>
        <input
          ref={(element) => {
            input.current = element;
            if (element !== null) element.webkitdirectory = true;
          }}
          type="file"
          multiple
          class="visually-hidden"
          tabIndex={-1}
          aria-label="A model folder of your own"
          onChange={({ currentTarget }) => {
            open(placedFiles(currentTarget.files ?? []));
            currentTarget.value = '';
          }}
        />
      </div>
      {problem !== undefined && <Notice kind="problem">{problem}</Notice>}
      {isOwn && (state.kind === 'ready' || state.kind === 'loading') && (
        <p class="about-open">
          {state.kind === 'ready' && <span>{opened ?? 'Your model'} is open.</span>}
          {state.kind === 'loading' && <span>{opened ?? 'Your model'} is opening.</span>}
          <button type="button" class="button" onClick={back}>
            Back to the bundled model
          </button>
        </p>
      )}
      <p class="small soft">
        A run's <code class="number">finetuned/captioning</code> and <code class="number">finetuned/image</code> come
        with it: “Read it” shows what they say. The alignment of “Words and patches” belongs to the bundled model alone.
      </p>
    </section>
  );
}
