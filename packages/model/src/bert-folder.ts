import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { folderOnDisk, openFile } from '@kaleido/foundation/node';
import { type BertConfig, readBertConfig } from './bert-config.ts';
import { type BertTensors, readBertTensors } from './bert-tensors.ts';
import { indexFile, openSafetensorsFile, openSafetensorsFolder, weightsFile } from './safetensors-files.ts';
import type { Weights } from './weights.ts';

/** A BERT from a Hugging Face folder, under the names of this project. */
export interface BertFolder extends BertTensors {
  readonly config: BertConfig;
}

/**
 * Reads a BERT from a Hugging Face folder: `config.json` and `model.safetensors`, or the files of
 * `model.safetensors.index.json`, of any float type; with or without the prefix `bert.`, the pooler and the heads of
 * pre-training; LayerNorm's weights also by their old names, gamma and beta. Other heads are left, and listed in `left`.
 *
 * @throws KaleidoError for a folder without them (it says how to convert other formats), a model of another type, a file
 *   that is missing or damaged, and a tensor that is missing, of another shape, or that no BERT of this configuration has
 */
export async function loadBertFolder(folder: string): Promise<BertFolder> {
  const { config, architecture } = await readBertConfig(folder);
  const names = await readdir(folder);
  if (!names.includes(weightsFile) && !names.includes(indexFile)) throw noSafetensors(folder, names, architecture);
  const files = await openSafetensorsFolder(folderOnDisk(folder));
  try {
    return { config, ...(await readBertTensors(files, config)) };
  } finally {
    await files.close();
  }
}

/**
 * The weights of one file for a known configuration.
 * @throws KaleidoError as `loadBertFolder` does
 */
export async function loadBertWeights(path: string, config: BertConfig): Promise<Weights> {
  if (!path.endsWith('.safetensors')) throw otherFormat(path, dirname(path));
  const file = await openSafetensorsFile(await openFile(path));
  try {
    return (await readBertTensors(file, config)).weights;
  } finally {
    await file.close();
  }
}

/** Weights in formats other than safetensors, the likeliest first. */
const otherFormats = [
  /^pytorch_model\.bin(\.index\.json)?$/,
  /\.(bin|pt|pth|ckpt)$/,
  /\.(h5|msgpack|onnx)$/,
  /\.index$/,
];

function noSafetensors(folder: string, names: readonly string[], architecture: string | undefined): KaleidoError {
  const found = otherFormats.flatMap((format) => names.filter((name) => format.test(name)))[0];
  if (found !== undefined) return otherFormat(join(folder, found), folder, architecture);
  return new KaleidoError({
    source: 'model',
    problem: `${folder} holds no weights: cannot read ${weightsFile}, and there is no ${indexFile}`,
    found: names.slice(0, 5),
    advice: 'copy them from where the BERT comes from',
  });
}

/** @param architecture the class that keeps every tensor that was trained */
function otherFormat(path: string, folder: string, architecture = 'BertModel'): KaleidoError {
  const name = basename(path);
  const pickle = /\.(bin|pt|pth|ckpt)$|\.bin\.index\.json$/.test(name);
  const from = /\.h5$/.test(name) ? ', from_tf=True' : /\.msgpack$/.test(name) ? ', from_flax=True' : '';
  // Hugging Face's transformers save safetensors by default since 4.35, and read other frameworks' files before 5.
  const versions = from === '' ? '4.35 or later' : '4.35 to 4.57';
  const place = JSON.stringify(folder);
  const convert = `from transformers import ${architecture}; ${architecture}.from_pretrained(${place}${from}).save_pretrained(${place})`;
  return new KaleidoError({
    source: 'model',
    problem: `${path} ${pickle ? 'is a pickle, which may run code, and is not opened here' : 'has weights in a format that is not read here'}`,
    found: name,
    advice:
      pickle || from !== ''
        ? `use a copy with ${weightsFile}, or convert it in Python with transformers ${versions}: ${convert}`
        : `use a copy of the BERT with ${weightsFile}`,
  });
}
