import { labelOf } from '@kaleido/pipeline';
import type { FolderData, Recipe, RecipeFineTuning, RecipeStage } from '@kaleido/recipe-schema';
import type { PreparedProduct } from '@kaleido/splits';
import { withChoice } from './recipe-key.ts';

/**
 * The rules for `sizes: "by-data"`: how the numbers of a recipe, which are those for 10,000 products and more, become
 * those for the products at hand. Each rule has its reason; nothing else in the program chooses a size by the data.
 */

/** The number of pictures that a recipe's numbers are for: as many as kagl-12k has, on which they were chosen. */
const usualPictures = 10_000;
/** With fewer steps, the optimiser is hardly past its warm-up, and a model stays near its start. */
const leastSteps = 150;
/** Words and sentences are learned by steps rather than pictures: of 584 pictures, 150 steps named 6 % of the words, 600 10 %. */
const leastReadingSteps = 600;
/** A batch is at most a quarter of the pictures: in a larger one, the same wrong answers return in every step. */
const leastBatches = 4;
/** A word of fewer captions is spelled in pieces: from one or two, its embedding would be learned by heart. */
const leastOccurrences = 3;
/** Pieces beside whole words and characters: special ones, and parts that spell the rarer words. */
const sparePieces = 200;
/** Captions that fit as a whole. The few longest ones are cut, as each piece costs time in every step. */
const uncutShare = 0.98;
/** Text lengths are multiples of this, and at least twice as much. */
const textStep = 8;
/** Fine-tuning steps: as of `fineTune` of @kaleido/pipeline. */
const leastFineTuningSteps = 300;
/** A field is learned if so many of the pictures have a label, */
const leastLabelled = 0.5;
/** if a class has so many pictures on average, */
const leastPerClass = 5;
/** and if no class has more of the labels: always answering that one would be right nearly always. */
const mostOfOneClass = 0.95;
/** Fields: each has a head, and its figures in the report. */
const mostFields = 5;

export interface SizedRecipe {
  readonly recipe: Recipe;
  /** What was chosen, in one line; then a line for each label field that is not learned. */
  readonly notes: readonly string[];
}

/**
 * The recipe with a vocabulary for these captions: a piece for each word that several of them have, and two for each
 * character, which begins a word or continues it.
 */
export function vocabularyByData(recipe: Recipe, captions: Iterable<string>): Recipe {
  if (recipe.sizes !== 'by-data' || recipe.tokenizer.kind !== 'train') return recipe;
  const counts = new Map<string, number>();
  const characters = new Set<string>();
  for (const caption of captions) {
    const text = caption.toLowerCase();
    for (const character of text) characters.add(character);
    for (const word of new Set(text.match(/\p{L}+|\p{N}+/gu) ?? [])) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const common = [...counts.values()].filter((count) => count >= leastOccurrences).length;
  const size = Math.min(recipe.tokenizer.size, common + 2 * characters.size + sparePieces);
  return { ...recipe, tokenizer: { kind: 'train', size } };
}

/** The least text length that cuts few captions. */
function textLength(lengths: readonly number[], most: number): number {
  const sorted = [...lengths].sort((a, b) => a - b);
  const longest = sorted[Math.ceil(uncutShare * sorted.length) - 1] ?? 0;
  return Math.min(most, Math.max(2, Math.ceil(longest / textStep)) * textStep);
}

export interface SizesOptions {
  /** The pictures to train on. */
  readonly products: readonly PreparedProduct[];
  /** The splits of the data that are read. */
  readonly splits: Pick<FolderData, 'train' | 'validation'>;
  /** Of the captions, in pieces, [CLS] and [SEP] included. */
  readonly lengths: readonly number[];
  /** Identifies the recipe as it was. */
  readonly from: string;
}

/** The recipe with sizes for these products, after `vocabularyByData`; one of fixed sizes stays as it is. */
export function sizesByData(recipe: Recipe, options: SizesOptions): SizedRecipe {
  if (recipe.sizes !== 'by-data') return { recipe, notes: [] };
  const { products, lengths } = options;
  const N = products.length;
  const tells = groupsTell(products);
  const most = Number(recipe.model.settings.text_seq_len ?? 64);
  const length = textLength(lengths, most);
  const chosen = recipe.fineTuning && sizedFineTuning(recipe.fineTuning, products);
  const { fineTuning: _, captioning, ...rest } = recipe;
  const sized: Recipe = {
    ...rest,
    data: { ...(recipe.data as FolderData), ...options.splits },
    model: { ...recipe.model, settings: { ...recipe.model.settings, text_seq_len: length } },
    stages: recipe.stages.map((stage) => sizedStage(stage, N, tells)),
    ...(chosen === undefined || chosen.fineTuning.fields.length === 0 ? {} : { fineTuning: chosen.fineTuning }),
    ...(captioning === undefined
      ? {}
      : { captioning: { ...captioning, steps: stepsFor(captioning.steps, N, 1, leastReadingSteps) } }),
  };
  return {
    recipe: withChoice(sized, { chosenFor: N, from: options.from }),
    notes: [summaryOf(sized, N, tells), ...(chosen?.notes ?? [])],
  };
}

/** Pairs in a batch, and as many steps that each picture is seen as often as of 10,000; of more than these less often. */
function sizedStage(stage: RecipeStage, N: number, tells: boolean): RecipeStage {
  const { contrastive, words, matching, tasks } = stage.objectives;
  const least = words !== undefined && matching === undefined && tasks === undefined ? leastReadingSteps : leastSteps;
  if (contrastive === undefined) return { ...stage, steps: stepsFor(stage.steps, N, 1, least) };
  // A group without names of its kind is drawn from everything, which costs time and adds nothing.
  const groupSize = tells ? contrastive.groupSize : 1;
  const multiple = stage.microBatches * groupSize;
  const fitting = (size: number): number =>
    Math.max(multiple, Math.floor(Math.min(size, N / leastBatches) / multiple) * multiple);
  const batchSize = fitting(contrastive.batchSize);
  const { meanBatchSize } = contrastive;
  return {
    ...stage,
    steps: stepsFor(stage.steps, N, contrastive.batchSize / batchSize, least),
    objectives: {
      ...stage.objectives,
      contrastive: {
        ...contrastive,
        groupSize,
        batchSize,
        ...(meanBatchSize === undefined ? {} : { meanBatchSize: fitting(meanBatchSize) }),
      },
    },
  };
}

/** @param smaller how many times smaller a batch is than the recipe's */
function stepsFor(steps: number, N: number, smaller: number, least: number): number {
  return Math.min(steps, Math.max(least, Math.round((steps * N * smaller) / usualPictures)));
}

/** Whether most pictures have another one of their sub-category, or category, with another caption: a telling negative. */
function groupsTell(products: readonly PreparedProduct[]): boolean {
  const groupOf = ({ subcategory, category }: PreparedProduct): string => subcategory || category || '';
  const captions = new Map<string, Set<string>>();
  for (const product of products) {
    const group = groupOf(product);
    if (group === '') continue;
    const known = captions.get(group) ?? new Set();
    captions.set(group, known.add(product.caption));
  }
  const telling = products.filter((product) => (captions.get(groupOf(product))?.size ?? 0) > 1);
  return telling.length > products.length / 2;
}

function sizedFineTuning(
  fineTuning: RecipeFineTuning,
  products: readonly PreparedProduct[],
): { readonly fineTuning: RecipeFineTuning; readonly notes: readonly string[] } {
  const { fields, notes } =
    fineTuning.fields.length > 0 ? { fields: fineTuning.fields, notes: [] } : fieldsOf(products);
  const epochs = Math.max(
    fineTuning.epochs,
    Math.ceil((leastFineTuningSteps * fineTuning.batchSize) / products.length),
  );
  return { fineTuning: { ...fineTuning, fields, epochs }, notes };
}

/** The label fields to learn, those that most pictures have first, and why others are not learned. */
function fieldsOf(products: readonly PreparedProduct[]): {
  readonly fields: readonly string[];
  readonly notes: readonly string[];
} {
  const N = products.length;
  const names = new Set(['category', 'subcategory']);
  for (const { attributes } of products) for (const name of Object.keys(attributes ?? {})) names.add(name);
  const fit: { readonly name: string; readonly labels: Labels; readonly labelled: number }[] = [];
  const notes: string[] = [];
  for (const name of names) {
    const labels = products.map((product) => labelOf(product, name));
    const counts = new Map<string, number>();
    for (const label of labels) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
    const labelled = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (labelled === 0) continue;
    const same = fit.find((other) => sayTheSame(labels, other.labels));
    const why = whyNot(counts, labelled, N) ?? (same && `it says the same as "${same.name}"`);
    if (why === undefined) fit.push({ name, labels, labelled });
    else notes.push(`"${name}" is not learned: ${why}`);
  }
  fit.sort((a, b) => b.labelled - a.labelled);
  for (const { name } of fit.slice(mostFields)) notes.push(`"${name}" is not learned: ${mostFields} fields are enough`);
  return { fields: fit.slice(0, mostFields).map(({ name }) => name), notes };
}

/** Of each picture. */
type Labels = readonly (string | undefined)[];

/** Whether of pictures with both labels each tells the other, as of two columns of one thing. */
function sayTheSame(labels: Labels, others: Labels): boolean {
  const [there, back] = [new Map<string, string>(), new Map<string, string>()];
  for (const [row, label] of labels.entries()) {
    const other = others[row];
    if (label === undefined || other === undefined) continue;
    if ((there.get(label) ?? other) !== other || (back.get(other) ?? label) !== label) return false;
    there.set(label, other);
    back.set(other, label);
  }
  return there.size > 0;
}

function whyNot(counts: ReadonlyMap<string, number>, labelled: number, pictures: number): string | undefined {
  const per = (share: number): string => `${Math.round(100 * share)} %`;
  const most = Math.max(...counts.values());
  if (counts.size === 1) return 'all its labels are the same';
  if (labelled < leastLabelled * pictures) return `only ${per(labelled / pictures)} of the pictures have it`;
  if (most > mostOfOneClass * labelled) return `${per(most / labelled)} of its labels are the same`;
  if (labelled < leastPerClass * counts.size)
    return `its ${counts.size.toLocaleString('en')} classes have fewer than ${leastPerClass} pictures on average`;
  return undefined;
}

function summaryOf(
  { tokenizer, model, stages, fineTuning, captioning }: Recipe,
  pictures: number,
  tells: boolean,
): string {
  const batches = stages.flatMap(({ objectives }) => objectives.contrastive?.batchSize ?? []);
  const parts = [
    `${list(stages.map(({ steps }) => String(steps)))} steps`,
    `batches of ${Math.max(0, ...batches)} pairs${tells ? '' : ', without groups of one kind'}`,
    ...(tokenizer.kind === 'train' ? [`${tokenizer.size.toLocaleString('en')} word pieces`] : []),
    `captions of ${model.settings.text_seq_len} pieces`,
    fineTuning === undefined ? 'no classifier, as no label field suits' : `a classifier of ${list(fineTuning.fields)}`,
    ...(captioning === undefined ? [] : [`${captioning.steps} steps of captions`]),
  ];
  return `sizes for ${pictures.toLocaleString('en')} pictures: ${parts.join('; ')}`;
}

function list(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
