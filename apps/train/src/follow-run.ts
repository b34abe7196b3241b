import type { RunListeners } from '@kaleido/pipeline/node';
import type { StageMetrics } from '@kaleido/training';
import cliProgress, { type SingleBar } from 'cli-progress';

export interface RunFollower {
  readonly listeners: RunListeners;
  close(): void;
}

/** Lines a minute at most where no bar can be drawn: logs stay readable. */
const millisecondsBetweenLines = 15_000;

/** Shows how a run goes: a bar with the time left on a terminal, plain lines elsewhere. */
export function followRun(stream: NodeJS.WriteStream): RunFollower {
  return stream.isTTY === true ? barFollower(stream) : lineFollower();
}

function barFollower(stream: NodeJS.WriteStream): RunFollower {
  let bar: SingleBar | undefined;
  let part = '';
  const close = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const update = (done: number, total: number | undefined, payload: object): void => {
    if (bar === undefined) {
      bar = new cliProgress.SingleBar({
        stream,
        format: `${part} {bar} {value}/{total} · {eta_formatted} left {note}`,
        barsize: 24,
        hideCursor: true,
        etaBuffer: 50,
        barCompleteChar: '█',
        barIncompleteChar: '░',
        formatBar: cliProgress.Format.BarFormat,
      });
      bar.start(total ?? done, 0, { note: '' });
    }
    if (total !== undefined) bar.setTotal(total);
    else if (done > bar.getTotal()) bar.setTotal(done);
    bar.update(done, payload);
  };
  return {
    listeners: {
      onPart: (name) => {
        close();
        part = name;
      },
      onProgress: (done, total) => update(done, total, { note: '' }),
      onMetrics: (metrics, steps) => update(metrics.step, steps, { note: `· ${summary(metrics)}` }),
      onMessage: (message) => {
        close();
        stream.write(`${message}\n`);
      },
    },
    close,
  };
}

function lineFollower(): RunFollower {
  let part = '';
  let last = 0;
  const due = (): boolean => {
    const now = performance.now();
    if (now - last < millisecondsBetweenLines) return false;
    last = now;
    return true;
  };
  return {
    listeners: {
      onPart: (name) => {
        part = name;
        console.log(name);
        last = performance.now();
      },
      onProgress: (done, total) => {
        if (due()) console.log(`${part}: ${done}${total === undefined ? '' : ` of ${total}`}`);
      },
      onMetrics: (metrics, steps) => {
        if (due() || metrics.step === steps)
          console.log(
            `${part}: step ${metrics.step} of ${steps}, ${timeLeft(metrics, steps)} left, ${summary(metrics)}`,
          );
      },
      onMessage: (message) => console.log(message),
    },
    close: () => undefined,
  };
}

function summary({ losses, examplesPerSecond }: StageMetrics): string {
  const parts = Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  return `${examplesPerSecond.toFixed(0)} examples/s, ${parts.join(' ')}`;
}

function timeLeft({ step, seconds }: StageMetrics, steps: number): string {
  const left = Math.round((seconds / step) * (steps - step));
  return left < 60 ? `${left} s` : `${Math.floor(left / 60)} min ${left % 60} s`;
}
