import type { Remote } from 'comlink';
import { useEffect, useRef, useState } from 'preact/hooks';
import { engine, ownModel, reasonOf, recoverFrom } from './engine.ts';
import type { EngineApi } from './engine-api.ts';

export interface Answer<Value> {
  /** The newest answer of this model; it may belong to an older question while a new one is computed. */
  readonly value: Value | undefined;
  /** Whether `value` answers the current question, by the engine that runs now. */
  readonly isCurrent: boolean;
  /** Why the current question has no answer. */
  readonly error: string | undefined;
}

/**
 * One question at a time: the model has one thread, and what nobody waits for any more is not asked. Each engine has its
 * own line, as an engine that was ended answers nothing any more.
 */
const lines = new WeakMap<object, Promise<unknown>>();

/** Milliseconds without a change before a question is asked: about the pause between two key strokes. */
const pause = 120;

/** What an engine said. */
interface Told<Value> {
  readonly api: Remote<EngineApi>;
  readonly model: unknown;
  readonly question: string;
  readonly value?: Value;
  readonly error?: string;
}

/**
 * Asks the engine whenever the question changes. An outdated question is dropped if it has not been asked yet.
 * @param question names what is asked; undefined asks nothing
 * @param known an answer that is known in advance, shown until the engine answers
 */
export function useAnswer<Value>(
  question: string | undefined,
  ask: (api: Remote<EngineApi>) => Promise<Value>,
  known?: Value,
): Answer<Value> {
  const [newest, setNewest] = useState<Told<Value> | undefined>();
  const state = engine.value;
  const api = state.kind === 'ready' ? state.api : undefined;
  const model = ownModel.value;
  const asked = useRef(ask);
  asked.current = ask;
  useEffect(() => {
    if (api === undefined || question === undefined) return;
    let isWanted = true;
    const timer = setTimeout(() => {
      const before = lines.get(api) ?? Promise.resolve();
      const own = before.then(async () => {
        if (!isWanted) return;
        try {
          const value = await asked.current(api);
          if (isWanted) setNewest({ api, model, question, value });
        } catch (error) {
          if (!recoverFrom(error) && isWanted) setNewest({ api, model, question, error: reasonOf(error) });
        }
      });
      lines.set(api, own);
    }, pause);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [api, question]);
  // What another model said is nothing of this one; what the same model said on another backend is, but not the newest.
  const answer = newest?.model === model ? newest : undefined;
  const isCurrent = question !== undefined && answer?.question === question && answer.api === api;
  const isAnswered = isCurrent && answer.error === undefined;
  return {
    value: isAnswered ? answer.value : (known ?? answer?.value),
    isCurrent: isAnswered,
    error: isCurrent ? answer.error : undefined,
  };
}
