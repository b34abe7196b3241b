import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Backend, ops, readAll, selectBackend, type Tensor, tf, valueAndGradients } from '@kaleido/backend';
import { fromFloat16Bits, KaleidoError, toFloat16Bits } from '@kaleido/foundation';
import { KaleidoBert, kaleidoBertConfig, modelFromWeights, readWeights, type Weights } from '@kaleido/model';
import { type BertFolder, bertPlaces, loadBertFolder, loadBertWeights, transposed } from '@kaleido/model/node';
import { classLoss } from '@kaleido/pretrain-tasks';
import { type Comparison, compareItems, compareNumbers, skipped } from '../comparison.ts';
import { foldersWith, numbersOf, readJson, readTensors } from '../read-case.ts';
import { bertTolerance } from '../tolerances.ts';

/** Label of a position without prediction. */
const ignored = -100;

/** Compares a folder of BERTs in Hugging Face format, and of files that must be refused. */
export async function compareCheckpoints(folder: string, backends: readonly Backend[]): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  const opened: { readonly path: string; readonly bert: BertFolder }[] = [];
  const folders = await foldersWith(folder, 'config.json', 1);
  // Folders without expected values are compared with an earlier one.
  const isTold = (path: string): boolean => existsSync(join(path, 'expected.safetensors'));
  for (const path of [...folders.filter(isTold), ...folders.filter((one) => !isTold(one))]) {
    const name = basename(path);
    if (!existsSync(join(path, 'model.safetensors'))) {
      comparisons.push(skipped(name, 'it has no model.safetensors'));
      continue;
    }
    const bert = await loadBertFolder(path);
    const twin = opened.find((other) => JSON.stringify(other.bert.config) === JSON.stringify(bert.config));
    opened.push({ path, bert });
    comparisons.push(...(await compareRounded(path, bert)), ...(await compareRefused(path, bert)));
    if (!isTold(path)) {
      // The same weights under other names.
      if (twin === undefined) comparisons.push(skipped(name, 'it has no expected.safetensors'));
      else comparisons.push(...compareWeights(`${name} as ${basename(twin.path)}`, bert.weights, twin.bert.weights));
      continue;
    }
    for (const backend of backends) {
      await selectBackend({ prefer: backend });
      comparisons.push(...(await compareBert(path, bert, backend)));
    }
  }
  const [first] = opened;
  for (const path of await brokenFiles(folder)) {
    const name = `broken/${basename(path)}`;
    if (first === undefined) comparisons.push(skipped(name, 'no sound folder says what it should be'));
    else comparisons.push(await refusal(name, () => loadBertWeights(path, first.bert.config)));
  }
  return comparisons;
}

/** Compares whether something is refused with a KaleidoError; otherwise `where` has the result. */
async function refusal(name: string, run: () => Promise<unknown>): Promise<Comparison> {
  const found = await run().then(
    () => 'accepted',
    (error: unknown) => (KaleidoError.isInstance(error) ? 'refused' : `failed: ${error}`),
  );
  return compareItems(name, [found], ['refused']);
}

async function brokenFiles(folder: string): Promise<string[]> {
  const path = join(folder, 'broken');
  const names = await readdir(path).catch((): string[] => []);
  return names
    .filter((name) => name.endsWith('.safetensors'))
    .sort()
    .map((name) => join(path, name));
}

async function compareRefused(path: string, { config }: BertFolder): Promise<Comparison[]> {
  const names = (await readdir(path)).filter((name) => name.endsWith('.bin'));
  return Promise.all(
    names.map((name) => refusal(`${basename(path)}/${name}`, () => loadBertWeights(join(path, name), config))),
  );
}

/** Files with the same weights in 16 bits must equal these weights, rounded. */
async function compareRounded(path: string, { config, weights }: BertFolder): Promise<Comparison[]> {
  const roundings: Readonly<Record<string, (value: number) => number>> = {
    'model.f16.safetensors': (value) => fromFloat16Bits(toFloat16Bits(value)),
    'model.bf16.safetensors': toBfloat16,
  };
  const comparisons: Comparison[] = [];
  for (const [file, round] of Object.entries(roundings)) {
    if (!existsSync(join(path, file))) continue;
    const rounded = new Map([...weights].map(([name, values]) => [name, values.map(round)]));
    const found = await loadBertWeights(join(path, file), config);
    comparisons.push(...compareWeights(`${basename(path)}/${file}`, found, rounded));
  }
  return comparisons;
}

/** Rounds to nearest, ties to even. */
function toBfloat16(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  const low = (bits[0] as number) & 0xffff;
  const up = low > 0x8000 || (low === 0x8000 && ((bits[0] as number) & 0x10000) !== 0);
  bits[0] = ((bits[0] as number) & 0xffff0000) + (up ? 0x10000 : 0);
  return new Float32Array(bits.buffer)[0] as number;
}

/** Compares all weights exactly. */
function compareWeights(name: string, found: Weights, expected: Weights): Comparison[] {
  const names = compareItems(`${name}, names`, [...found.keys()].sort(), [...expected.keys()].sort());
  const all = (weights: Weights): number[] => [...expected.keys()].flatMap((key) => [...(weights.get(key) ?? [])]);
  return [names, compareNumbers(`${name}, values`, all(found), all(expected), () => 0)];
}

async function compareBert(path: string, bert: BertFolder, backend: Backend): Promise<Comparison[]> {
  const expected = new Map(
    [...(await readTensors(join(path, 'expected.safetensors')))].map(([name, tensor]) => [
      name,
      { values: numbersOf(tensor, name), shape: tensor.shape },
    ]),
  );
  const { values, gradients } = await runBert(bert, expected);
  const places = bertPlaces(bert.config);
  const name = basename(path);
  const comparisons = [...expected].flatMap(([key, { values: wanted }]): Comparison[] => {
    if (/^(input_ids|attention_mask|token_type_ids|labels|next_sentence_label)$/.test(key)) return [];
    const place = key.startsWith('grad.') ? places.get(key.slice('grad.'.length).replace(/^bert\./, '')) : undefined;
    const found =
      place === undefined ? values.get(key) : stored(gradients.get(place.name), place.transposed, place.shape);
    const tolerance = bertTolerance(key, backend);
    if (found === undefined || tolerance === undefined)
      return [{ ...skipped(`${name} ${key}`, 'nothing here is of this name'), backend }];
    return [{ ...compareNumbers(`${name} ${key}`, found, wanted, tolerance), backend }];
  });
  if (!existsSync(join(path, 'gradients.json'))) return comparisons;
  const sums = (await readJson(join(path, 'gradients.json'))) as Readonly<
    Record<string, { norm: number; sum: number }>
  >;
  for (const [key, { norm }] of Object.entries(sums)) {
    const place = places.get(key.replace(/^bert\./, ''));
    const found = place && gradients.get(place.name);
    const title = `${name} gradients/${key} norm`;
    const tolerance = bertTolerance(`gradients/${key}`, backend);
    if (found === undefined || tolerance === undefined)
      comparisons.push({ ...skipped(title, 'nothing here is of this name'), backend });
    else comparisons.push({ ...compareNumbers(title, [Math.hypot(...found)], [norm], tolerance), backend });
  }
  return comparisons;
}

/** A tensor as stored in the file. */
function stored(
  values: Float32Array | undefined,
  isTransposed: boolean,
  shape: readonly number[],
): Float32Array | undefined {
  return values === undefined || !isTransposed ? values : transposed(values, [...shape].reverse());
}

/** Runs the BERT as the text side of a Kaleido-BERT with these weights. */
async function runBert(
  { config: bertConfig, weights }: BertFolder,
  inputs: ReadonlyMap<string, { readonly values: ArrayLike<number>; readonly shape: readonly number[] }>,
): Promise<{ values: ReadonlyMap<string, Float32Array>; gradients: ReadonlyMap<string, Float32Array> }> {
  const [B = 0, T = 0] = inputs.get('input_ids')?.shape ?? [];
  const config = kaleidoBertConfig({
    ...bertConfig,
    text_seq_len: T,
    // The image side is unused.
    patch_feature_size: 1,
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
  });
  const drawn = KaleidoBert.create(config, 0);
  const model = modelFromWeights(config, new Map([...(await readWeights(drawn)), ...weights]));
  drawn.dispose();
  const given = (name: string): Int32Array => Int32Array.from(inputs.get(name)?.values ?? []);
  const labels = given('labels');
  const names: string[] = [];
  const gradientNames: string[] = [];
  const tensors = tf.tidy(() => {
    const matrix = (name: string): Tensor => tf.tensor(given(name), [B, T], 'int32');
    const variables = [...model.variables];
    const { outputs, gradients } = valueAndGradients(
      () => {
        const mask = tf.cast(matrix('attention_mask'), 'float32');
        const embedded = model.embedText({ ids: matrix('input_ids'), mask, segments: matrix('token_type_ids') });
        const { layers, sequence } = model.encode(embedded, mask);
        const pooled = model.pool(sequence);
        const places = Int32Array.from({ length: B * T }, (_, i) => i % T);
        const predictions = model.predictTokens(sequence, tf.tensor(places, [B, T], 'int32'));
        const follows = model.match(pooled);
        const known = labels.map((label) => Math.max(0, label));
        const counted = Float32Array.from(labels, (label) => (label === ignored ? 0 : 1));
        const each = ops.softmaxCrossEntropy(predictions, tf.tensor(known, [B * T], 'int32'));
        const count = counted.reduce((total, one) => total + one, 0);
        const masked = tf.div(tf.sum(tf.mul(each, tf.tensor(counted, [B * T]))), count);
        const loss = tf.add(masked, classLoss(follows, tf.tensor(given('next_sentence_label'), [B], 'int32')));
        const hidden = Object.fromEntries([embedded, ...layers].map((layer, i) => [`hidden_${i}`, layer]));
        return { loss, named: { ...hidden, pooled, prediction_logits: predictions, seq_relationship_logits: follows } };
      },
      variables.map(([, variable]) => variable),
    );
    const named: Record<string, Tensor> = { loss: outputs.loss, ...outputs.named };
    names.push(...Object.keys(named));
    const reached = variables.filter(([, variable]) => gradients.get(variable.name) != null);
    gradientNames.push(...reached.map(([name]) => name));
    return [...Object.values(named), ...reached.map(([, variable]) => gradients.get(variable.name) as Tensor)];
  });
  const read = await readAll(tensors);
  tf.dispose(tensors);
  model.dispose();
  return {
    values: new Map(names.map((name, index) => [name, read[index] as Float32Array])),
    gradients: new Map(gradientNames.map((name, index) => [name, read[names.length + index] as Float32Array])),
  };
}
