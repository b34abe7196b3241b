import type { EvaluateRunOptions } from '@kaleido/recipes/node';

/** Scoring takes minutes at most: a line now and then is enough. */
const millisecondsBetweenLines = 10_000;

/** Says in plain lines how an evaluation goes. */
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
