import type { Remote } from 'comlink';
import { useEffect, useRef, useState } from 'preact/hooks';
import { engine, reasonOf, recoverFrom } from './engine.ts';
import type { EngineApi } from './engine-api.ts';

export interface Answer<Value> {
  /** The newest answer; it may belong to an older question while a new one is computed. */
  readonly value: Value | undefined;
  /** Whether `value` answers the current question. */
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
  const [answer, setAnswer] = useState<{ question: string | undefined; value?: Value; error?: string }>({
    question: undefined,
  });
  const state = engine.value;
  const api = state.kind === 'ready' ? state.api : undefined;
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
          if (isWanted) setAnswer({ question, value });
        } catch (error) {
          if (!recoverFrom(error) && isWanted) setAnswer({ question, error: reasonOf(error) });
        }
      });
      lines.set(api, own);
    }, pause);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [api, question]);
  const isCurrent = question !== undefined && answer.question === question;
  const isAnswered = isCurrent && answer.error === undefined;
  return {
    value: isAnswered ? answer.value : (known ?? answer.value),
    isCurrent: isAnswered,
    error: isCurrent ? answer.error : undefined,
  };
}
