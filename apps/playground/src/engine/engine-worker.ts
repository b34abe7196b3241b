import { type Aligner, openAligner } from '@kaleido/alignment';
import { memory, selectBackend } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import {
  alignCaption,
  colourIn,
  compareAll,
  fillMasks,
  maskGuided,
  matchCaptions,
  nameWords,
  rankClasses,
  readCaption,
  readTogether,
  solvePuzzle,
} from '@kaleido/insight';
import type { Alignment } from '@kaleido/layout';
import { type Kaleido, openKaleido, writeCaptions } from '@kaleido/pipeline';
import { expose, transfer } from 'comlink';
import { deviceLost } from './device-lost.ts';
import type {
  EngineApi,
  EngineReport,
  OnProgress,
  Picture,
  PuzzleToSet,
  Seen,
  Speed,
  StartOptions,
  View,
} from './engine-api.ts';
import { featureParts } from './feature-parts.ts';
import { fetchModel } from './fetch-model.ts';
import { folderReason } from './folder-reason.ts';
import { type KeptLook, KeptLooks, withoutPixels } from './kept-looks.ts';
import type { ModelFiles } from './model-folder.ts';
import { isTrainedToWrite } from './trained-to-write.ts';

/** The aligner of the quickstart reads the last 64 of the 896 features: `edges`. See recipes/quickstart.json. */
const alignerFeatures = { kind: 'discriminants', byStrength: true } as const;
const alignerColumns = { start: 832, width: 64 } as const;

/** Gives a copy of the model that was trained for something else; it is opened when it is first needed. */
type Copy = (onProgress: OnProgress) => Promise<Kaleido>;

let kaleido: Kaleido | undefined;
let isBundled = true;
let aligner: Aligner | undefined;
let captioner: Copy | undefined;
let tagger: Copy | undefined;
const looks = new KeptLooks();

function opened(): Kaleido {
  if (kaleido === undefined) throw new Error('The model is not loaded yet.');
  return kaleido;
}

function look({ picture, box }: View): Promise<KeptLook> {
  const name = `${picture.key} ${box === undefined ? '' : [box.x0, box.y0, box.x1, box.y1].join(' ')}`;
  return looks.get(name, () => opened().look(picture.source, box === undefined ? {} : { box }));
}

async function start(options: StartOptions, onProgress: OnProgress): Promise<EngineReport> {
  const begin = performance.now();
  const { base, files: own } = options;
  isBundled = own === undefined;
  const files = own?.main ?? (await fetchModel(new URL('model/', base), onProgress));
  const selected = await selectBackend({
    ...(options.backend === undefined ? {} : { prefer: options.backend }),
    wasmFolder: new URL('wasm/', base).href,
  });
  kaleido = (await openKaleido(files)) as Kaleido;
  aligner = await openBundledAligner(files, kaleido);
  captioner =
    own === undefined ? opening((tell) => fetchModel(new URL('captioner/', base), tell)) : await writerOf(own);
  tagger =
    own === undefined ? opening((tell) => fetchModel(new URL('tagger/', base), tell)) : classifierOf(own, kaleido);
  // The first pass compiles; the second is what answers take.
  await kaleido.embedCaptions(['a dress']);
  const { config } = kaleido.model;
  let parameters = 0;
  for (const { size } of kaleido.model.variables.values()) parameters += size;
  return {
    backend: selected.name,
    description: selected.description,
    openedIn: Math.round(performance.now() - begin),
    model: {
      name: isBundled ? 'quickstart' : 'your model',
      parameters,
      layers: config.num_hidden_layers,
      heads: config.num_attention_heads,
      width: config.hidden_size,
      vocabulary: config.vocab_size,
      textLength: config.text_seq_len,
      featureWidth: config.patch_feature_size,
      features: featureParts(kaleido.preprocessor.extractor, config.patch_feature_size),
      writes: captioner !== undefined,
      ...(tagger === undefined ? {} : { classifies: kaleido.classifier?.options.inputs ?? 'image' }),
    },
  };
}

/** A copy that is opened once. If that fails, the next question tries again. */
function opening(files: (onProgress: OnProgress) => Promise<readonly File[]>): Copy {
  let copy: Promise<Kaleido> | undefined;
  return (onProgress) => {
    copy ??= files(onProgress).then(async (found) => (await openKaleido(found)) as Kaleido);
    copy.catch(() => {
      copy = undefined;
    });
    return copy;
  };
}

/** A copy that came with the visitor's model. */
function openingOwn(files: readonly File[], purpose: string): Copy {
  const open = opening(async () => files);
  return (onProgress) =>
    open(onProgress).catch((cause: unknown) => {
      const reason = folderReason(cause instanceof Error ? cause.message : String(cause));
      throw new Error(`The copy of your model that ${purpose} does not open. ${reason}`, { cause });
    });
}

async function writerOf({ main, captioner: copy }: ModelFiles): Promise<Copy | undefined> {
  if (copy !== undefined && copy !== main) return openingOwn(copy, 'writes');
  const recipe = main.find(({ name }) => name === 'recipe.json');
  return copy === main || isTrainedToWrite(await recipe?.text()) ? async () => opened() : undefined;
}

function classifierOf({ tagger: copy }: ModelFiles, { classifier }: Kaleido): Copy | undefined {
  if (classifier !== undefined) return async () => opened();
  return copy === undefined ? undefined : openingOwn(copy, 'classifies');
}

/**
 * The photograph as a bundled model reads it. All bundled models were made from one run: their features are the same. A
 * model that the visitor has opened may have others.
 */
async function lookFor(reader: Kaleido, view: View): Promise<KeptLook> {
  if (isBundled || reader === kaleido) return look(view);
  return withoutPixels(await reader.look(view.picture.source, view.box === undefined ? {} : { box: view.box }));
}

/** Passes and batches that are measured, after one that is not. */
const passes = 10;
const batches = 4;
const pairsPerBatch = 32;

async function measure(view: View, caption: string): Promise<Speed> {
  const { batch } = await look(view);
  const millisecondsOf = async (run: () => Promise<unknown>): Promise<number> => {
    const begin = performance.now();
    await run();
    return performance.now() - begin;
  };
  const timed = async (count: number, run: () => Promise<unknown>): Promise<number[]> => {
    await run();
    const milliseconds: number[] = [];
    for (let at = 0; at < count; at++) milliseconds.push(await millisecondsOf(run));
    return milliseconds.sort((a, b) => a - b);
  };
  const single = await timed(passes, () => readTogether(opened(), batch, caption));
  const captions = new Array<string>(pairsPerBatch).fill(caption);
  const many = await timed(batches, () => matchCaptions(opened(), batch, captions));
  return {
    passMilliseconds: ((single[passes / 2 - 1] as number) + (single[passes / 2] as number)) / 2,
    pairsPerSecond: (1000 * batches * pairsPerBatch) / many.reduce((sum, milliseconds) => sum + milliseconds, 0),
  };
}

/** The bundled model comes with one; of a visitor's run it is left out, see model-folder.ts. */
async function openBundledAligner(files: readonly File[], { tokenizer }: Kaleido): Promise<Aligner | undefined> {
  const file = files.find(({ name }) => name === 'aligner.safetensors');
  if (file === undefined) return undefined;
  return openAligner(alignerFeatures, new Uint8Array(await file.arrayBuffer()), file.name, tokenizer.vocabulary);
}

async function align(view: View, caption: string): Promise<readonly Alignment[]> {
  if (aligner === undefined)
    throw new Error(
      'Words and patches are paired by an aligner, which the page opens for the bundled model alone. Choose another way above.',
    );
  const { pairs } = await alignCaption(opened(), aligner, await look(view), caption, { columns: alignerColumns });
  return pairs;
}

/** Pixels per side of the picture with which the model's features begin, if they do. */
function pictureSize({ preprocessor: { extractor }, model }: Kaleido): number | undefined {
  const [first] = featureParts(extractor, model.config.patch_feature_size);
  return first?.kind === 'pixels' ? first.size : undefined;
}

const api: EngineApi = {
  start,
  async memory() {
    const { numTensors, bytes } = memory();
    return { tensors: numTensors, bytes };
  },
  async see(view) {
    const { width, height, mask, box, fallback, patches, slots, batch } = await look(view);
    const seen: Seen = {
      width,
      height,
      ...(mask === undefined ? {} : { mask }),
      box,
      ...(fallback === undefined ? {} : { fallback }),
      patches: patches.map((patch) => patch.box),
      slots,
      featureWidth: batch.featureWidth,
      positions: batch.positions,
    };
    return seen;
  },
  async readCaption(caption) {
    const { tokenizer, model } = opened();
    return readCaption(caption, tokenizer, model.config.text_seq_len);
  },
  async read(view, caption) {
    const read = await readTogether(opened(), (await look(view)).batch, caption);
    const arrays = [read.embeddings, ...read.layers, ...read.attentions];
    return transfer(
      read,
      arrays.map(({ buffer }) => buffer as ArrayBuffer),
    );
  },
  async name(view, caption) {
    return nameWords(opened(), (await look(view)).batch, caption);
  },
  align,
  async maskGuided(view, caption, seed) {
    return maskGuided(opened(), caption, await align(view, caption), seed);
  },
  async fill(view, caption) {
    return fillMasks(opened(), (await look(view)).batch, caption);
  },
  async solve(view, puzzle: PuzzleToSet, caption) {
    const seen = await look(view);
    const set = puzzle.kind === 'camouflage' ? { ...puzzle, other: await look({ picture: puzzle.other }) } : puzzle;
    return solvePuzzle(opened(), seen, set, caption);
  },
  async colour(view, puzzle, caption) {
    const size = pictureSize(opened());
    if (size === undefined) return undefined;
    return { size, patches: await colourIn(opened(), await look(view), puzzle, caption, size) };
  },
  async compare(views, captions) {
    const batches = [];
    // One after another, so that few decoded pictures are held.
    for (const view of views) batches.push((await look(view)).batch);
    return compareAll(opened(), batches, captions);
  },
  embedPictures: (pictures: readonly Picture[]) =>
    opened().embedImages(pictures.map(({ key, source }) => ({ id: key, image: source }))),
  embedCaptions: (captions) => opened().embedCaptions(captions),
  measure,
  async write(view, onProgress) {
    if (captioner === undefined) throw new Error('This model was not trained to write.');
    const writer = await captioner(onProgress);
    const attentionLayer = writer.model.config.num_hidden_layers - 1;
    const { batch } = await lookFor(writer, view);
    const [written] = await writeCaptions(writer.model, writer.tokenizer, batch, [view.picture.key], {
      attentionLayer,
    });
    return { caption: written?.caption ?? '', pieces: written?.pieces ?? [] };
  },
  async tag(view, caption, onProgress) {
    if (tagger === undefined) throw new Error('This model has no classifier.');
    const classifying = await tagger(onProgress);
    return rankClasses(classifying, (await lookFor(classifying, view)).batch, caption);
  },
};

expose(withNamedErrors(api));

/** Comlink hands over an error's name and message alone: a lost device is told by its name. */
function withNamedErrors(methods: EngineApi): EngineApi {
  return new Proxy(methods, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...parameters: unknown[]) => {
        try {
          return await method.apply(target, parameters);
        } catch (error) {
          if (!KaleidoError.isInstance(error) || error.kind !== 'device-lost') throw error;
          throw Object.assign(new Error(error.message), { name: deviceLost });
        }
      };
    },
  });
}
