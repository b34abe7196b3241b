import { useEffect, useState } from 'preact/hooks';

/** Milliseconds between two words: slow enough to follow what each looks at. */
const pace = 260;

export interface Writing {
  /** Words that stand there already. */
  readonly count: number;
  readonly isWriting: boolean;
  /** Begins again. */
  readonly play: () => void;
}

/**
 * Lets the words of a text appear one after another, and all at once for visitors who asked for less motion.
 * @param text begins again where it changes; undefined while there is none
 */
export function useWriting(text: string | undefined, words: number): Writing {
  const [count, setCount] = useState(0);
  const [run, setRun] = useState(0);
  useEffect(() => {
    if (text === undefined) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      setCount(words);
      return;
    }
    setCount(0);
    let written = 0;
    const timer = setInterval(() => {
      written++;
      setCount(written);
      if (written >= words) clearInterval(timer);
    }, pace);
    return () => clearInterval(timer);
  }, [text, words, run]);
  return { count, isWriting: text !== undefined && count < words, play: () => setRun((before) => before + 1) };
}
