import { type Backend, backends, type Precision, precisions } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { benchSetting } from './bench-setting.ts';
import type { TorchAttention } from './figures.ts';

/** The command's options as the user wrote them. */
export interface GivenOptions {
  readonly backend?: string;
  readonly preset: string;
  readonly batch?: string;
  readonly seconds: string;
  readonly threads?: string;
  readonly dropout: string;
  readonly precision: string;
  readonly json?: string;
  readonly composed?: boolean;
  readonly longestStep: string;
  readonly against?: string;
  readonly torchAttention: string;
  readonly torchFused?: boolean;
}

export interface BenchOptions {
  /** If none was named: every one, the fastest first. */
  readonly backends: readonly Backend[];
  readonly preset: string;
  readonly batchSize?: number;
  readonly seconds: number;
  readonly threads?: number;
  readonly dropout: number;
  readonly precision: Precision;
  readonly json?: string;
  readonly composed: boolean;
  readonly longestStep: number;
  readonly torch?: { readonly attention: TorchAttention; readonly fusedOptimizer: boolean };
}

/** @throws KaleidoError for the first invalid option */
export function readOptions(given: GivenOptions): BenchOptions {
  const named = given.backend === undefined ? backends : [oneOf('--backend', given.backend, backends)];
  const batchSize = given.batch === undefined ? undefined : count('--batch', given.batch);
  const threads = given.threads === undefined ? undefined : count('--threads', given.threads);
  const dropout = number('--dropout', given.dropout, 'from 0 to below 1', (value) => value >= 0 && value < 1);
  // Throws an error that lists the presets if this one is unknown.
  benchSetting(given.preset, 'cpu', dropout, batchSize);
  if (given.against !== undefined) oneOf('--against', given.against, ['torch']);
  const attention = oneOf('--torch-attention', given.torchAttention, ['sdpa', 'eager'] as const);
  return {
    backends: named,
    preset: given.preset,
    ...(batchSize === undefined ? {} : { batchSize }),
    seconds: number('--seconds', given.seconds, 'above 0', (value) => value > 0),
    ...(threads === undefined ? {} : { threads }),
    dropout,
    precision: oneOf('--precision', given.precision, precisions),
    ...(given.json === undefined ? {} : { json: given.json }),
    composed: given.composed ?? false,
    longestStep: number('--longest-step', given.longestStep, 'above 0', (value) => value > 0),
    ...(given.against === undefined ? {} : { torch: { attention, fusedOptimizer: given.torchFused ?? false } }),
  };
}

function oneOf<Name extends string>(option: string, given: string, known: readonly Name[]): Name {
  const found = known.find((name) => name === given);
  if (found !== undefined) return found;
  throw wrong(option, `one of ${known.join(', ')}`, given);
}

/** A whole number from 1 up. @throws KaleidoError for anything else */
export function count(option: string, given: string): number {
  return number(option, given, 'a whole number from 1 up', (value) => Number.isInteger(value) && value >= 1);
}

/** A number for which `isFine` is true. @throws KaleidoError for anything else */
export function number(option: string, given: string, wanted: string, isFine: (value: number) => boolean): number {
  const value = Number(given);
  if (given.trim() !== '' && Number.isFinite(value) && isFine(value)) return value;
  throw wrong(option, wanted, given);
}

function wrong(option: string, wanted: string, found: string): KaleidoError {
  return new KaleidoError({
    source: 'bench',
    problem: `${option} must be ${wanted}`,
    found,
    advice: 'pnpm bench --help tells all options',
  });
}
