import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { kaleidoBertConfig, modelCard } from '@kaleido/model';

/** What a run trains: this project's own pre-training, a task of the released code, or the foreground network. */
export type RunKind = 'pretraining' | 'released' | 'foreground';

/** The recipe of a run, by which its folder is recognised. */
export const recipeFile = 'recipe.json';
/** The options that a run started with. */
export const recordFile = 'run.json';
/** Names the process that works in a run's folder. */
export const lockFile = 'run.lock';

const modelFiles = /^model(-\d{5}-of-\d{5})?\.safetensors(\.index\.json)?$/;

/** Files next to the weights of a fine-tuned model. */
const besideModel = /^(classifier\.(json|safetensors)|vocab\.txt|tokenizer_config\.json|preprocessor\.json)$/;

/**
 * Files that a run of each kind writes, in addition to recipe.json and README.md. The files that a run resumes from are
 * first, so that an interrupted removal leaves nothing to resume from.
 */
const files: Readonly<Record<RunKind, readonly (string | RegExp)[]>> = {
  pretraining: [
    'checkpoint.safetensors',
    'hard-negatives.safetensors',
    'caption-counts.safetensors',
    'aligner.safetensors',
    'evaluation.json',
    'report.html',
    'metrics.jsonl',
    modelFiles,
    'vocab.txt',
    'tokenizer_config.json',
    'preprocessor.json',
  ],
  released: [/^model\.ckpt[.-]/, 'checkpoint', 'evaluation.json', 'metrics.jsonl'],
  foreground: ['state.safetensors', 'evaluation.json', 'foreground.safetensors', 'metrics.jsonl'],
};

/** Files of a folder that a run of this kind would overwrite. */
export async function runFilesIn(folder: string, kind: RunKind): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const others = kind === 'pretraining' ? ['config.json', 'finetuned'] : [];
  const wanted = [recipeFile, recordFile, ...others, ...files[kind]];
  return names.filter((name) => wanted.some((one) => isNamed(name, one)));
}

/** Removes the files of a run of this kind, except recipe.json and run.json, which the next run replaces. */
export async function removeRunFiles(folder: string, kind: RunKind): Promise<void> {
  for (const wanted of files[kind])
    for (const name of await readdir(folder)) if (isNamed(name, wanted)) await rm(join(folder, name));
  if (kind === 'pretraining') {
    for (const name of ['image', 'text', 'both', 'captioning']) await removeFineTuned(join(folder, 'finetuned', name));
    await removeEmpty(join(folder, 'finetuned'));
    await removeModelCard(folder);
    await rm(join(folder, 'config.json'), { force: true });
  }
}

async function removeFineTuned(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (modelFiles.test(name) || besideModel.test(name)) await rm(join(folder, name));
  await removeModelCard(folder);
  await rm(join(folder, 'config.json'), { force: true });
  await removeEmpty(folder);
}

/** Removes the model card, unless it was edited. */
async function removeModelCard(folder: string): Promise<void> {
  const card = await readFile(join(folder, 'README.md'), 'utf8').catch(() => undefined);
  if (card === undefined) return;
  try {
    const config = kaleidoBertConfig(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')));
    if (card === modelCard(config)) await rm(join(folder, 'README.md'));
  } catch {
    // config.json is damaged, so the card cannot be compared with the generated one: it stays.
  }
}

async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined);
}

function isNamed(name: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? name === wanted : wanted.test(name);
}
