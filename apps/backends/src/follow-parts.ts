import cliProgress, { type SingleBar } from 'cli-progress';

export interface PartsFollower {
  readonly listeners: {
    readonly onPart: (part: string) => void;
    readonly onProgress: (done: number, total: number | undefined) => void;
  };
  close(): void;
}

/** Shows the progress of a large read: one line per part, and on a terminal a bar in megabytes below it. */
export function followParts(stream: NodeJS.WriteStream): PartsFollower {
  let bar: SingleBar | undefined;
  const close = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    listeners: {
      onPart: (name) => {
        close();
        stream.write(`${name}\n`);
      },
      onProgress: (done, total) => {
        if (!stream.isTTY) return;
        if (bar === undefined) {
          bar = new cliProgress.SingleBar({
            stream,
            // If the total is unknown, a bar would always be full.
            format: total === undefined ? '{value} MB' : '{bar} {value}/{total} MB',
            barsize: 24,
            hideCursor: true,
            barCompleteChar: '█',
            barIncompleteChar: '░',
            formatBar: cliProgress.Format.BarFormat,
          });
          bar.start(megabytes(total ?? done), megabytes(done));
        }
        bar.setTotal(megabytes(total ?? done));
        bar.update(megabytes(done));
      },
    },
    close,
  };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
