import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { type FolderLock, lockFolder, nameOwner, writeWhole } from '@kaleido/foundation/node';
import { lockFile, type RunKind, recipeFile, recordFile, removeRunFiles, runFilesIn } from './run-files.ts';

/** How the products of a run are read, as options of its command line. */
interface RunReading {
  readonly map?: string | undefined;
  readonly splits?: string | undefined;
  readonly clean?: string | undefined;
  readonly encoding?: string | undefined;
  readonly delimiter?: string | undefined;
}

const readingOptions = ['map', 'splits', 'clean', 'encoding', 'delimiter'] as const satisfies (keyof RunReading)[];

/** What determines a run's result in addition to its recipe, as the user gave it. */
export interface RunRecord extends RunReading {
  /** Path of products or of released files. */
  readonly data?: string | undefined;
  readonly checkpoint?: string | undefined;
  readonly backend: string;
  readonly precision: string;
}

export interface ClaimOptions {
  readonly out: string;
  readonly kind: RunKind;
  /** What a stored recipe is compared with. */
  readonly recipe: { readonly name: string };
  /** Parses a stored recipe, with the same defaults as `recipe`. */
  readonly parse: (text: string) => { readonly name: string };
  readonly record: RunRecord;
  /** Whether an existing run may be removed. */
  readonly overwrite?: boolean | undefined;
  readonly onMessage?: ((message: string) => void) | undefined;
}

/** A finished run: it is left unchanged. */
export interface FinishedRun {
  readonly kind: 'finished';
  /** When its evaluation was written, in ISO 8601. */
  readonly at: string;
}

/** A folder that this process owns until it releases it. */
export interface ClaimedFolder {
  readonly kind: 'claimed';
  /** False if `begin` removes a run first. True for an empty folder, and for an unfinished run of the same recipe. */
  readonly goesOn: boolean;
  /**
   * To be called once all checks have passed: removes the overwritten run, and writes `recipe.json` and `run.json` of the
   * new one.
   * @param recipe that is written. Default: the claimed one
   */
  begin(recipe?: object): Promise<void>;
  release(): Promise<void>;
}

/**
 * Claims a folder for a run. Finished runs and runs of other recipes stay unchanged unless `overwrite` is set; files
 * that do not belong to a run are never removed.
 * @throws KaleidoError if another process works in the folder, for a run of another recipe, for a finished run with
 * other options, for a model without its evaluation, for an unfinished run with another checkpoint or whose products were
 * read otherwise, for a folder with other files in a run's place, and for a folder that cannot be written to
 */
export async function claimRunFolder(options: ClaimOptions): Promise<FinishedRun | ClaimedFolder> {
  const { out, onMessage } = options;
  // Before anything is written: a finished run may be on a read-only disk.
  const before = await judge(options);
  if (before.kind === 'finished') return before;
  await assertWritable(out);
  const lock = await lockFolder(out, {
    name: lockFile,
    source: 'runs',
    advice: 'wait for that process, stop it, or pass another --out',
  });
  try {
    // Another process may have finished a run since.
    const found = await judge(options);
    if (found.kind === 'finished') {
      await lock.release();
      return found;
    }
    if (lock.takenOver !== undefined)
      onMessage?.(`takes over ${out}: ${nameOwner(lock.takenOver)}, which was at work there, has ended`);
    return claimed(options, found, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * The finished run of this recipe and these options in a folder; undefined if it is still to be run. Reads only.
 * @throws KaleidoError as `claimRunFolder`, except for another process at work and a folder that cannot be written to
 */
export async function finishedRunIn(options: ClaimOptions): Promise<FinishedRun | undefined> {
  const found = await judge(options);
  return found.kind === 'finished' ? found : undefined;
}

function claimed({ out, recipe, record, onMessage }: ClaimOptions, { removes }: Free, lock: FolderLock): ClaimedFolder {
  return {
    kind: 'claimed',
    goesOn: removes === undefined,
    async begin(written = recipe) {
      if (removes !== undefined) {
        onMessage?.(`removes ${removes.what} from ${out}, as --overwrite says`);
        await removeRunFiles(out, removes.kind);
      }
      // The recipe first: by it a killed run is recognised.
      await writeWhole(join(out, recipeFile), `${JSON.stringify(written, undefined, 2)}\n`);
      await writeWhole(join(out, recordFile), `${JSON.stringify(record, undefined, 2)}\n`);
    },
    release: () => lock.release(),
  };
}

/** A folder that may be written to, and the run to remove from it first. */
interface Free {
  readonly kind: 'free';
  readonly removes?: { readonly kind: RunKind; readonly what: string } | undefined;
}

async function judge(options: ClaimOptions): Promise<FinishedRun | Free> {
  const { out, kind, recipe, overwrite = false } = options;
  const found = await findRun(out);
  if (found === undefined) {
    const inTheWay = await runFilesIn(out, kind);
    if (inTheWay.length === 0) return { kind: 'free' };
    throw new KaleidoError({
      source: 'runs',
      problem: `the folder ${out} contains no run, but files that a run would overwrite`,
      found: inTheWay,
      advice: 'pass another --out, or move these files away',
    });
  }
  const state = await stateOf(out, found.kind);
  const isSame = found.kind === kind && isSameRecipe(found.text, options);
  if (overwrite) return { kind: 'free', removes: { kind: found.kind, what: nameRun(found, state) } };
  if (!isSame)
    throw refusal(
      out,
      `holds ${nameRun(found, state)}, which is another recipe than ${recipe.name}${found.name === recipe.name ? ' as it is now' : ''}`,
    );
  if (state.kind === 'unfinished') {
    await refuseOtherCheckpoint(options);
    await refuseOtherReading(options);
    return { kind: 'free' };
  }
  if (state.kind === 'incomplete')
    throw refusal(out, `holds the model of ${nameRun(found, state)}, whose evaluation.json is gone`);
  await refuseOtherOptions(options);
  return state;
}

function refusal(out: string, problem: string, found?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'runs',
    problem: `the folder ${out} ${problem}`,
    ...(found === undefined ? {} : { found }),
    advice: 'pass another --out to keep it, or --overwrite to remove it and start again',
  });
}

interface FoundRun {
  readonly kind: RunKind;
  readonly name: string;
  readonly text: string;
}

/** The run whose recipe.json is in the folder; undefined if there is none, or it is not a run's. */
async function findRun(out: string): Promise<FoundRun | undefined> {
  const text = await readFile(join(out, recipeFile), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const recipe = JSON.parse(text) as { kind?: unknown; name?: unknown; stages?: unknown } | null;
    const { kind, name, stages } = recipe ?? {};
    if (typeof name !== 'string') return undefined;
    if (kind === 'released' || kind === 'foreground') return { kind, name, text };
    return Array.isArray(stages) ? { kind: 'pretraining', name, text } : undefined;
  } catch {
    return undefined;
  }
}

type RunState = FinishedRun | { readonly kind: 'unfinished' } | { readonly kind: 'incomplete' };

async function stateOf(out: string, kind: RunKind): Promise<RunState> {
  const at = (name: string): Promise<string | undefined> =>
    stat(join(out, name)).then(
      ({ mtime }) => mtime.toISOString(),
      () => undefined,
    );
  // A pre-training run removes its checkpoint last; runs of other kinds keep their saved state.
  if (kind === 'pretraining' && (await at('checkpoint.safetensors')) !== undefined) return { kind: 'unfinished' };
  const evaluated = await at('evaluation.json');
  if (evaluated !== undefined) return { kind: 'finished', at: evaluated };
  const isModelThere =
    kind === 'pretraining' &&
    ((await at('model.safetensors')) ?? (await at('model.safetensors.index.json'))) !== undefined;
  return { kind: isModelThere ? 'incomplete' : 'unfinished' };
}

function nameRun({ name }: FoundRun, { kind }: RunState): string {
  const adjective = kind === 'finished' ? 'a finished' : kind === 'unfinished' ? 'an unfinished' : 'a';
  return `${adjective} run of the recipe ${name}`;
}

function isSameRecipe(stored: string, { parse, recipe }: ClaimOptions): boolean {
  try {
    return decisive(parse(stored)) === decisive(recipe);
  } catch {
    // Written by an earlier version, or edited.
    return false;
  }
}

/** The parts of a recipe that determine the result: all but its texts about itself. */
export function decisive(recipe: object): string {
  const about = ['$schema', 'description', 'command', 'hardware', 'expectedTime', 'expectedFigures'];
  return JSON.stringify(Object.fromEntries(Object.entries(recipe).filter(([key]) => !about.includes(key))));
}

/** A finished run with e.g. other data is not this run: its figures must not be taken for those of this run. */
async function refuseOtherOptions({ out, record }: ClaimOptions): Promise<void> {
  const stored = await readRecord(out);
  if (stored === undefined) return;
  for (const key of ['data', ...readingOptions, 'checkpoint', 'backend', 'precision'] as const)
    if (stored[key] !== record[key])
      throw refusal(
        out,
        `holds a finished run of this recipe with ${asOption(key, stored[key])}, not with ${asOption(key, record[key])}`,
      );
}

/** The checkpoint of a run is of the products as they were read. */
async function refuseOtherReading({ out, kind, record }: ClaimOptions): Promise<void> {
  const stored = await readRecord(out);
  const saved = (await runFilesIn(out, kind)).includes('checkpoint.safetensors');
  if (!saved || stored === undefined) return;
  for (const key of readingOptions)
    if (stored[key] !== record[key])
      throw refusal(
        out,
        `holds an unfinished run whose products were read with ${asOption(key, stored[key])}, not with ${asOption(key, record[key])}`,
      );
}

/** The saved state of a run comes from its own checkpoint; another checkpoint would have no effect. */
async function refuseOtherCheckpoint({ out, kind, record }: ClaimOptions): Promise<void> {
  if (kind !== 'released') return;
  const stored = await readRecord(out);
  const saved = (await runFilesIn(out, kind)).some((name) => /^model\.ckpt[.-]/.test(name));
  if (!saved || stored === undefined || stored.checkpoint === record.checkpoint) return;
  throw refusal(
    out,
    `holds an unfinished run that began with ${asOption('checkpoint', stored.checkpoint)}, not with ${asOption('checkpoint', record.checkpoint)}`,
  );
}

function asOption(key: string, value: string | undefined): string {
  return value === undefined ? `no --${key}` : `--${key} ${value}`;
}

/** What a run was started with; undefined for a folder without a run, or of an earlier version. */
export async function readRecord(out: string): Promise<RunRecord | undefined> {
  const text = await readFile(join(out, recordFile), 'utf8').catch(() => undefined);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as RunRecord);
  } catch {
    return undefined;
  }
}

/**
 * Writes nothing.
 * @throws KaleidoError if the folder, or its nearest existing parent, cannot be written to
 */
async function assertWritable(out: string): Promise<void> {
  const failure = (error: NodeJS.ErrnoException): string => error.code ?? error.message;
  for (let existing = out; ; existing = dirname(existing)) {
    const found = await stat(existing).then((stats) => (stats.isDirectory() ? 'folder' : 'not a folder'), failure);
    if (found === 'ENOENT') continue;
    const problem = found === 'folder' ? await access(existing, constants.W_OK).then(() => '', failure) : found;
    if (problem === '') return;
    throw new KaleidoError({
      source: 'runs',
      problem: `the run folder ${out} cannot be written to`,
      found: problem,
      advice: 'pass --out with a folder that can be made',
    });
  }
}
