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
  let begun = performance.now();
  const close = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const update = (done: number, total: number | undefined, note: string): void => {
    if (bar === undefined) {
      bar = new cliProgress.SingleBar({
        stream,
        // Where nobody knows how much there is, a bar would always be full.
        format: `${part} ${total === undefined ? '{value}' : '{bar} {value}/{total}'}{note}`,
        barsize: 24,
        hideCursor: true,
        barCompleteChar: '█',
        barIncompleteChar: '░',
        formatBar: cliProgress.Format.BarFormat,
      });
      bar.start(total ?? done, done, { note });
    }
    bar.setTotal(total ?? done);
    bar.update(done, { note });
  };
  return {
    listeners: {
      onPart: (name) => {
        close();
        part = name;
        begun = performance.now();
      },
      onProgress: (done, total) => update(done, total, total === undefined ? '' : ` · ${left(begun, done, total)}`),
      onMetrics: (metrics, steps) =>
        update(metrics.step, steps, ` · ${duration(metrics.secondsLeft)} left · ${summary(metrics)}`),
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
            `${part}: step ${metrics.step} of ${steps}, ${duration(metrics.secondsLeft)} left, ${summary(metrics)}`,
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

function left(begun: number, done: number, total: number): string {
  const seconds = (performance.now() - begun) / 1000;
  return `${duration(done === 0 ? 0 : (seconds / done) * (total - done))} left`;
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
