import type { EvaluateRunOptions } from '@kaleido/recipes/node';

/** Scoring takes a few minutes at most, so a line every ten seconds is enough. */
const millisecondsBetweenLines = 10_000;

/** Prints the progress of an evaluation as plain lines. */
export function followEvaluation(): Pick<EvaluateRunOptions, 'onPart' | 'onProgress' | 'onMessage'> {
  let part = '';
  let last = 0;
  return {
    onPart: (name) => {
      part = name;
      last = performance.now();
      console.log(name);
    },
    onProgress: (done, total) => {
      const now = performance.now();
      if (now - last < millisecondsBetweenLines) return;
      last = now;
      console.log(`${part}: ${done}${total === undefined ? '' : ` of ${total}`}`);
    },
    onMessage: (message) => console.log(message),
  };
}
