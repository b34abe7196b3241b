import { useEffect, useRef } from 'preact/hooks';
import { panels } from './panels.ts';
import { DrawnOnlyHint } from './parts/drawn-only-hint.tsx';
import { EngineNotice, EngineStatus } from './parts/engine-status.tsx';
import { NewVersion } from './parts/new-version.tsx';
import { addPicked, ProductPicker } from './parts/product-picker.tsx';
import { ThemeSwitch } from './parts/theme-switch.tsx';
import { linkTo, place } from './state/place.ts';

const [first] = panels;

/** The page: a menu, the product that is looked at, and one panel. */
export function App() {
  const panel = panels.find(({ id }) => id === place.value.panel) ?? first;
  const title = useRef<HTMLHeadingElement>(null);
  const shown = useRef(panel?.id);
  useEffect(() => {
    if (panel === undefined) return;
    document.title = `${panel.title} · Kaleido playground`;
    // A reader of the screen hears the new panel; nothing moves when the page opens.
    if (shown.current !== panel.id) title.current?.focus({ preventScroll: true });
    shown.current = panel.id;
  }, [panel]);
  useEffect(() => {
    // A picture that is dropped anywhere is looked at; no file may take the page's place.
    const allow = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      const isTaken = event.defaultPrevented;
      event.preventDefault();
      if (!isTaken && event.dataTransfer !== null) void addPicked(event.dataTransfer.files);
    };
    addEventListener('dragover', allow);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', allow);
      removeEventListener('drop', drop);
    };
  }, []);
  useEffect(() => {
    // On a phone the menu is wider than the screen.
    document.querySelector('.top nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [panel]);
  if (panel === undefined) return null;
  return (
    <>
      <button type="button" class="skip" onClick={() => title.current?.focus()}>
        Skip to the panel
      </button>
      <header class="top">
        <p class="brand">
          <img src="./icon.svg" alt="" width="28" height="28" />
          Kaleido <span>playground</span>
        </p>
        <nav aria-label="Panels">
          <ul>
            {panels.map(({ id, title: name }) => (
              <li key={id}>
                <a href={linkTo(id)} aria-current={id === panel.id ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="top-end">
          <EngineStatus />
          <ThemeSwitch />
        </div>
      </header>
      <div class="frame">
        <EngineNotice />
      </div>
      <ProductPicker />
      <main id="panel">
        <div class="panel-head">
          <h1 ref={title} tabIndex={-1}>
            {panel.title}
          </h1>
          <p>{panel.lead}</p>
        </div>
        {panel.id !== 'train' && panel.id !== 'about' && <DrawnOnlyHint />}
        <panel.view key={panel.id} />
      </main>
      <footer class="foot">
        <p>
          Nothing leaves this machine: the model runs in your browser. The garments above are no real products: the
          atelier, a program of this project, draws them.
        </p>
      </footer>
      <NewVersion />
    </>
  );
}
