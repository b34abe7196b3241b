import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Precision } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import { defaultOptimizerOptions } from '@kaleido/training';
import { exportStep } from './export-step.ts';
import type { TorchAttention } from './figures.ts';
import { learningRate, type PretrainingStep } from './pretraining-step.ts';

const script = fileURLToPath(new URL('../torch/step.py', import.meta.url));

export interface TorchOptions {
  /** `gpu-or-cpu` is a GPU if torch finds one. */
  readonly device: 'cpu' | 'cuda' | 'gpu-or-cpu';
  readonly threads: number;
  /** Mixed is torch's autocast to bfloat16. */
  readonly precision: Precision;
  readonly attention: TorchAttention;
}

/** The same training step in PyTorch, in its own process. */
export class TorchTwin {
  readonly version: string;
  readonly device: string;
  readonly parameters: number;
  readonly #answers: Answers;

  private constructor(answers: Answers, { version, device, parameters }: Opened) {
    this.version = version;
    this.device = device;
    this.parameters = parameters;
    this.#answers = answers;
  }

  /**
   * Starts it with a step's weights and batch.
   * @throws KaleidoError with the process's output if it exits immediately
   */
  static async open(python: string, step: PretrainingStep, options: TorchOptions): Promise<TorchTwin> {
    const folder = await mkdtemp(join(tmpdir(), 'kaleido-bench-'));
    try {
      const { config } = step.setting;
      const [weights, settings] = [join(folder, 'step.safetensors'), join(folder, 'options.json')];
      await writeWhole(weights, await exportStep(step));
      const all = {
        ...options,
        layers: config.num_hidden_layers,
        heads: config.num_attention_heads,
        dropout: config.hidden_dropout_prob,
        learningRate,
        optimizer: defaultOptimizerOptions,
      };
      await writeWhole(settings, JSON.stringify(all));
      const answers = new Answers(spawn(python, [script, weights, settings], { stdio: 'pipe' }));
      return new TorchTwin(answers, (await answers.next()) as Opened);
    } finally {
      // The first answer arrives after the files were read.
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Runs steps without dropout. */
  async losses(steps: number): Promise<number[]> {
    const { losses } = (await this.#answers.ask({ command: 'losses', steps })) as { losses: number[] };
    return losses;
  }

  /** Milliseconds per step, for each group of runs. */
  async sampleRuns(seconds: number, runsAtOnce: number): Promise<number[]> {
    const answer = await this.#answers.ask({ command: 'time', seconds, runsAtOnce });
    return (answer as { milliseconds: number[] }).milliseconds;
  }

  close(): void {
    this.#answers.close();
  }
}

interface Opened {
  readonly version: string;
  readonly device: string;
  readonly parameters: number;
}

/** Reads the output lines of a process, one per request. */
class Answers {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #complaints = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    // A missing or ended program is detected by its missing answer.
    child.on('error', (error) => (this.#complaints += error.message));
    child.stdin?.on('error', () => undefined);
    child.stderr?.on('data', (data) => (this.#complaints = `${this.#complaints}${data}`.slice(-2000)));
    this.#lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  ask(question: object): Promise<unknown> {
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    return this.next();
  }

  async next(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done === true)
      throw new KaleidoError({
        source: 'bench',
        problem: 'the PyTorch twin ended before its answer',
        found: this.#complaints.trim().split('\n').slice(-3).join(' / '),
        advice: 'try a smaller --batch, or see whether its Python works',
      });
    return JSON.parse(value);
  }

  close(): void {
    this.#child.stdin?.end();
  }
}
