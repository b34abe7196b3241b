import { float32Values, KaleidoError } from '@kaleido/foundation';
import type { BertConfig } from './bert-config.ts';
import { type BertPlace, bertPlaces, transposed } from './bert-places.ts';
import type { SafetensorsFiles } from './safetensors-files.ts';
import { ownedFloats, type Weights } from './weights.ts';

/** A part of a BERT that was not used. */
export interface LeftOfBert {
  readonly name: string;
  readonly why: string;
}

/** The tensors of a BERT, separated from the heads of tasks. */
export interface BertTensors {
  /** By this project's names, kernels as [inputs, outputs]. */
  readonly weights: Weights;
  /** Tensors that are not part of a BERT: the heads of tasks. */
  readonly left: readonly LeftOfBert[];
  /** By this project's names: optional parts that this BERT lacks, the pooler or the head of masked words. */
  readonly missing: readonly string[];
}

/** This tensor locates a BERT in a file: every BERT has it, and nothing else does. */
const anchor = 'embeddings.position_embeddings.weight';
const wordEmbeddings = 'embeddings.word_embeddings.weight';
/** Parts of the network itself: an unknown tensor in them means another network. */
const network = /^(embeddings|encoder|pooler)\./;
/** The heads of BERT's own pre-training. */
const preTraining = /^cls\.(seq_relationship\.|predictions\.(bias$|decoder\.|transform\.(dense|LayerNorm)\.))/;
/** Counters that old versions of transformers saved. */
const buffers = /^embeddings\.(position_ids|token_type_ids)$/;
/** Second names of tensors that are stored once: the decoder of masked words is the word embeddings. */
const tied: ReadonlyMap<string, string> = new Map([
  ['cls.predictions.decoder.weight', wordEmbeddings],
  ['cls.predictions.decoder.bias', 'cls.predictions.bias'],
]);
/** Prefixes that wrappers add to the names of their model. */
const prefixes = /^((.*\.)?bert\.|((module|model|auto_model|_orig_mod|\d+)\.)*)$/;
const mostNamed = 5;

/**
 * Reads what belongs to the BERT, tensor by tensor.
 * @throws KaleidoError for a tensor that is missing, of another shape, stored twice, or that no BERT of this
 *   configuration has; for a file without a BERT, or with several
 */
export async function readBertTensors(files: SafetensorsFiles, config: BertConfig): Promise<BertTensors> {
  const refuse = (problem: string, found: unknown, advice = 'compare its config.json'): KaleidoError =>
    new KaleidoError({ source: 'model', problem: `${files.path} ${problem}`, found, advice });
  const places = bertPlaces(config);
  const prefix = findPrefix([...files.shapes.keys()], refuse);
  // The heads of pre-training are next to the BERT, not in it.
  const root = prefix.replace(/bert\.$/, '');
  const storedOf = new Map<string, string>();
  const ties = new Map<string, string>();
  const heads: string[] = [];
  for (const stored of files.shapes.keys()) {
    const name = nameInBert(stored, prefix, root);
    if (name === undefined) heads.push(stored);
    else if (buffers.test(name)) continue;
    else if (tied.has(name)) ties.set(name, stored);
    else if (!places.has(name)) throw refuse('has a tensor that no BERT of its config.json has', stored);
    else if (storedOf.has(name)) throw refuse('has a tensor under two names', [storedOf.get(name), stored]);
    else storedOf.set(name, stored);
  }
  const left: LeftOfBert[] = headsLeft(heads);
  for (const [name, original] of tied) {
    const stored = ties.get(name);
    // A file that stores a tied tensor once may use its second name.
    if (stored !== undefined && !storedOf.has(original)) storedOf.set(original, stored);
  }
  for (const [name, stored] of storedOf) {
    const [shape, expected] = [files.shapes.get(stored) ?? [], (places.get(name) as BertPlace).shape];
    if (shape.join(', ') === expected.join(', ')) continue;
    if (!name.startsWith('cls.seq_relationship.'))
      throw refuse(`has a tensor that must have the shape [${expected.join(', ')}], "${stored}"`, shape);
    storedOf.delete(name);
    left.push({ name: stored, why: `it has the shape [${shape.join(', ')}], not [${expected.join(', ')}]` });
  }
  const absent = [...places].filter(([name]) => !storedOf.has(name));
  const lacking = absent.filter(([, { optional }]) => !optional).map(([name]) => name);
  if (lacking.length > 0) throw refuse('lacks a tensor of a BERT of its config.json', lacking.slice(0, mostNamed));

  const weights = new Map<string, Float32Array>();
  for (const [name, stored] of storedOf) {
    const place = places.get(name) as BertPlace;
    const values = ownedFloats(await files.read(stored), stored);
    weights.set(place.name, place.transposed ? transposed(values, place.shape) : values);
  }
  const decoder = ties.get('cls.predictions.decoder.weight');
  if (decoder !== undefined && decoder !== storedOf.get(wordEmbeddings)) {
    const words = weights.get((places.get(wordEmbeddings) as BertPlace).name) as Float32Array;
    const values = float32Values(await files.read(decoder), decoder);
    if (values.length !== words.length || values.some((value, index) => value !== words[index]))
      left.push({ name: decoder, why: 'it is not the word embeddings, by which the model predicts words' });
  }
  return { weights, left, missing: absent.map(([, { name }]) => name) };
}

function findPrefix(
  names: readonly string[],
  refuse: (problem: string, found: unknown, advice?: string) => KaleidoError,
): string {
  const found = names.filter((name) => name === anchor || name.endsWith(`.${anchor}`));
  if (found.length > 1)
    throw refuse('holds several BERTs, and nothing says which is meant', found, 'give a file with one BERT');
  const [only] = found;
  if (only === undefined)
    throw refuse(`lacks ${anchor}, which every BERT has`, names.slice(0, mostNamed), 'give the weights of a BERT');
  const prefix = only.slice(0, -anchor.length);
  if (!prefixes.test(prefix))
    throw refuse(
      'holds a model of another kind: its tensors do not begin with "bert."',
      only,
      'give the weights of a BERT',
    );
  return prefix;
}

/**
 * The name of a tensor without its prefix.
 * @param root the prefix without the BERT's own
 * @returns undefined for the head of a task
 */
function nameInBert(stored: string, prefix: string, root: string): string | undefined {
  const inside = stored.startsWith(prefix) ? modernName(stored.slice(prefix.length)) : undefined;
  if (inside !== undefined && (prefix !== root || network.test(inside))) return inside;
  const beside = stored.startsWith(root) ? modernName(stored.slice(root.length)) : '';
  return preTraining.test(beside) ? beside : undefined;
}

/** With LayerNorm's current names. */
function modernName(name: string): string {
  return name.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
}

/** One entry per head: tensors that begin with one word. */
function headsLeft(names: readonly string[]): LeftOfBert[] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const head = name.split('.')[0] as string;
    groups.set(head, [...(groups.get(head) ?? []), name]);
  }
  return [...groups.values()].map((group) => ({
    name: `${group.slice(0, mostNamed).join(', ')}${group.length > mostNamed ? ` and ${group.length - mostNamed} more` : ''}`,
    why: 'a head of a task, not of the BERT',
  }));
}
