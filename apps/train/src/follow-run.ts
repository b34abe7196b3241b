import type { RunListeners } from '@kaleido/runs';
import type { StageMetrics } from '@kaleido/training';
import cliProgress, { type SingleBar } from 'cli-progress';

export interface RunFollower {
  readonly listeners: RunListeners;
  close(): void;
}

/** Minimum time between lines if no bar can be drawn, so that logs stay readable. */
const millisecondsBetweenLines = 15_000;

/** Shows the progress of a run: a bar with the time left on a terminal, plain lines elsewhere. */
export function followRun(stream: NodeJS.WriteStream): RunFollower {
  return stream.isTTY === true ? barFollower(stream) : lineFollower();
}

function barFollower(stream: NodeJS.WriteStream): RunFollower {
  let bar: SingleBar | undefined;
  let part = '';
  let pace = startPace();
  const close = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const update = (done: number, total: number | undefined, note: string): void => {
    if (bar === undefined) {
      bar = new cliProgress.SingleBar({
        stream,
        // If the total is unknown, a bar would always be full.
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
        pace = startPace();
      },
      onProgress: (done, total) => update(done, total, ` · ${pace(done, total)}`),
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
  let pace = startPace();
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
        pace = startPace();
      },
      onProgress: (done, total) => {
        const note = pace(done, total);
        if (due()) console.log(`${part}: ${done}${total === undefined ? '' : ` of ${total}`}, ${note}`);
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

/** Rate per second and remaining time; work done by an earlier run is not counted in the rate. */
function startPace(): (done: number, total: number | undefined) => string {
  let begun: { readonly at: number; readonly done: number } | undefined;
  return (done, total) => {
    const now = performance.now();
    begun ??= { at: now, done };
    const perSecond = (done - begun.done) / Math.max(1e-3, (now - begun.at) / 1000);
    if (perSecond <= 0) return 'begins';
    const rate = `${perSecond < 10 ? perSecond.toFixed(1) : perSecond.toFixed(0)}/s`;
    return total === undefined ? rate : `${rate} · ${duration(Math.max(0, total - done) / perSecond)} left`;
  };
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
