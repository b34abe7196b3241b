import { useEffect, useState } from 'preact/hooks';
import { engine } from '../../engine/engine.ts';
import type { EngineMemory } from '../../engine/engine-api.ts';

/** Milliseconds between two looks. */
const pause = 1000;

/** What the engine holds in memory, every second while the page is visible. */
export function useMemory(): EngineMemory | undefined {
  const [memory, setMemory] = useState<EngineMemory | undefined>();
  const state = engine.value;
  const api = state.kind === 'ready' ? state.api : undefined;
  useEffect(() => {
    setMemory(undefined);
    if (api === undefined) return;
    let isWanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      // The next look waits for the answer: an engine at work answers late. Where it is gone, nothing is known.
      const found = document.visibilityState === 'visible' ? await api.memory().catch(() => undefined) : undefined;
      if (!isWanted) return;
      if (found !== undefined) setMemory(found);
      timer = setTimeout(() => void look(), pause);
    };
    void look();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [api]);
  return memory;
}
