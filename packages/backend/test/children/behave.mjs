// A child process that does what its argument says.
import { KaleidoError } from '@kaleido/foundation';
import { answerParent } from '../../dist/platform/answer-parent.js';

const [behaviour] = process.argv.slice(2);
await answerParent(() => {
  switch (behaviour) {
    case 'answer':
      return { value: Number.NaN, flags: process.execArgv };
    case 'refuse':
      throw new KaleidoError({ source: 'backend', problem: 'no such thing', found: 7, advice: 'take another' });
    case 'fail':
      throw new TypeError('x is undefined');
    case 'crash':
      console.error('about to crash');
      process.kill(process.pid, 'SIGSEGV');
      return new Promise(() => undefined);
    case 'exit':
      return process.exit(3);
    default:
      return new Promise(() => setInterval(() => undefined, 1000));
  }
});
