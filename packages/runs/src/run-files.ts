import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { kaleidoBertConfig, modelCard } from '@kaleido/model';

/** What a recipe is of: a run of this project's own pre-training, of the released code, or of the foreground network. */
export type RunKind = 'pretraining' | 'released' | 'foreground';

/** Says what a run was begun with. */
export const recordFile = 'run.json';
/** Names the process that is at work in a run's folder. */
export const lockFile = 'run.lock';

const modelFiles = /^model(-\d{5}-of-\d{5})?\.safetensors(\.index\.json)?$/;

/** What stands beside the weights of a classifier. */
const besideModel = /^(classifier\.(json|safetensors)|vocab\.txt|tokenizer_config\.json|preprocessor\.json)$/;

/**
 * Files that a run of each kind writes, beside recipe.json and README.md. What a broken-off run goes on from comes
 * first, so that a removal that is cut off leaves nothing to go on from.
 */
const files: Readonly<Record<RunKind, readonly (string | RegExp)[]>> = {
  pretraining: [
    'checkpoint.safetensors',
    'hard-negatives.safetensors',
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

/** Files of a folder that a run of this kind would write over. */
export async function runFilesIn(folder: string, kind: RunKind): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const others = kind === 'pretraining' ? ['config.json', 'finetuned'] : [];
  const wanted = ['recipe.json', recordFile, ...others, ...files[kind]];
  return names.filter((name) => wanted.some((one) => isNamed(name, one)));
}

/** Removes what a run of this kind has written, except recipe.json and run.json, which the next run replaces. All other files stay. */
export async function removeRunFiles(folder: string, kind: RunKind): Promise<void> {
  for (const wanted of files[kind])
    for (const name of await readdir(folder)) if (isNamed(name, wanted)) await rm(join(folder, name));
  if (kind === 'pretraining') {
    for (const inputs of ['image', 'text', 'both']) await removeClassifier(join(folder, 'finetuned', inputs));
    await removeEmpty(join(folder, 'finetuned'));
    await removeModelCard(folder);
    await rm(join(folder, 'config.json'), { force: true });
  }
}

async function removeClassifier(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (modelFiles.test(name) || besideModel.test(name)) await rm(join(folder, name));
  await removeModelCard(folder);
  await rm(join(folder, 'config.json'), { force: true });
  await removeEmpty(folder);
}

/** The card of a model, unless somebody has written on it. */
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
