import { useEffect, useRef } from 'preact/hooks';
import { askedBackend, engine, engineNote, startEngine } from '../engine/engine.ts';
import type { PageBackend } from '../engine/engine-api.ts';
import { webGpuProblem } from '../engine/webgpu-problem.ts';
import { setSettings } from '../state/place.ts';
import { Notice } from './notice.tsx';

/** Where the computing is done, for those who do not know the names. */
const places: Readonly<Record<PageBackend, string>> = {
  webgpu: 'The model runs on the graphics chip',
  wasm: 'The model runs on the processor',
};

const names: Readonly<Record<PageBackend, string>> = { webgpu: 'WebGPU', wasm: 'WebAssembly' };

/** What runs the model, how far it is loaded, and a switch to run it on something else. */
export function EngineStatus() {
  const state = engine.value;
  const running = state.kind === 'ready' ? state.report.backend : askedBackend();
  const problem = webGpuProblem.value;
  const change = (backend: PageBackend): void => {
    // Also where the address asks for it already: after a failure say. It follows a start of its own.
    void startEngine(backend);
    setSettings({ backend });
  };
  return (
    <div class="engine">
      <p class="engine-state" role="status">
        {state.kind === 'loading' && (state.total === 0 ? 'Starting' : `Loading, ${percent(state)} %`)}
        {state.kind === 'ready' && 'Ready'}
        {(state.kind === 'failed' || state.kind === 'refused') && 'No model'}
      </p>
      <fieldset class="switch">
        <legend class="visually-hidden">Runs on</legend>
        {(Object.keys(names) as PageBackend[]).map((backend) => (
          <button
            key={backend}
            type="button"
            aria-pressed={running === backend}
            disabled={backend === 'webgpu' && problem !== undefined}
            title={(backend === 'webgpu' ? problem : undefined) ?? places[backend]}
            onClick={() => change(backend)}
          >
            {names[backend]}
          </button>
        ))}
      </fieldset>
    </div>
  );
}

/** What went wrong with the engine, below the menu. */
export function EngineNotice() {
  const state = engine.value;
  const refused = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The folder may have been picked far below.
    refused.current?.scrollIntoView({ block: 'nearest' });
  }, [state]);
  if (state.kind === 'failed') return <Notice kind="problem">The model does not run. {state.reason}</Notice>;
  if (state.kind === 'refused')
    return (
      <div ref={refused} class="notice notice-problem notice-way" role="alert">
        <p>Your model does not open. {state.reason}</p>
        <button type="button" class="button" onClick={() => void startEngine(askedBackend(), 'bundled')}>
          Use the bundled model
        </button>
      </div>
    );
  return engineNote.value === undefined ? null : <Notice kind="hint">{engineNote.value}</Notice>;
}

function percent({ loaded, total }: { readonly loaded: number; readonly total: number }): number {
  return Math.floor((100 * loaded) / total);
}
