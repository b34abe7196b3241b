import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseRecipe, runRecipe } from '@kaleido/recipes/node';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const tiny = fileURLToPath(new URL('../../../recipes/tiny-ci.json', import.meta.url));

// Each test starts a process that takes seconds on an idle machine; tests of other packages may run in parallel.
jest.setTimeout(240_000);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evaluate-'));
  // The figures do not matter here, only that they come from this run.
  const recipe = JSON.parse(await readFile(tiny, 'utf8'));
  recipe.data = { ...recipe.data, products: 64, heldOut: 16, retrieval: 12, imageSize: 32 };
  recipe.alignment = { aligner: { kind: 'discriminants', leastOccurrences: 4 }, extractor: { kind: 'edges' } };
  recipe.stages = [{ ...recipe.stages[0], steps: 3, objectives: { contrastive: { batchSize: 16 } } }];
  recipe.fineTuning = { ...recipe.fineTuning, fields: ['category'], inputs: ['image', 'text', 'both'], epochs: 1 };
  recipe.captioning = { steps: 2, learningRate: 0.001, batchSize: 16 };
  recipe.evaluation = { lists: 2, queries: 6, candidates: 6, weightQueries: 6, puzzles: 8, captions: 6 };
  await runRecipe({
    recipe: parseRecipe(JSON.stringify(recipe), 'tiny'),
    out: join(folder, 'run'),
    cache: join(folder, 'cache'),
    backend: 'wasm',
    threads: 2,
  });
});
afterAll(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Starts the built command as a user does from a folder. */
function start(given: readonly string[]): ChildProcessWithoutNullStreams {
  const cache = given[0] === 'search' || given[0] === 'remove' ? [] : ['--cache', 'cache'];
  return spawn(process.execPath, [main, ...given, ...cache], { env: { ...process.env, INIT_CWD: folder } });
}

function evaluate(...given: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = start(given);
    let output = '';
    let errors = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (errors += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, errors }));
  });
}

/** The one line that it prints. */
async function refusal(...given: readonly string[]): Promise<string> {
  const { code, errors } = await evaluate(...given, '--json', 'refused.json');
  expect([code, errors]).toEqual([1, expect.stringMatching(/^@kaleido\/[^\n]*\n$/)]);
  expect(await readdir(folder)).not.toContain('refused.json');
  return errors;
}

const jsonOf = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));

/** One single-colour picture per product, in the layout of a WebDataset folder: `text` and the labels, if any. */
async function writeProducts(name: string, products: readonly Record<string, unknown>[]): Promise<void> {
  const files: [string, Uint8Array][] = [];
  for (const [index, product] of products.entries()) {
    const picture = product.broken === true ? new TextEncoder().encode('no picture') : pngOf(20 * index, 120, 90);
    files.push([`${product.item_ID}.png`, picture]);
    files.push([`${product.item_ID}.json`, new TextEncoder().encode(JSON.stringify(product))]);
  }
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'hidden-000000.tar'), tarOf(files));
}

/** A single-colour picture of 24 x 24 pixels. */
function pngOf(...colour: readonly [red: number, green: number, blue: number]): Uint8Array {
  const side = 24;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = [0, ...Array.from({ length: side }, () => colour).flat()];
  const pixels = Buffer.from(Array.from({ length: side }, () => row).flat());
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const typed = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(typed));
    return Buffer.concat([length, typed, sum]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]);
}

/** An archive in the format of GNU tar. */
function tarOf(files: readonly (readonly [string, Uint8Array])[]): Buffer {
  const blocks: Buffer[] = [];
  for (const [name, bytes] of files) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar  \0', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const content = Buffer.alloc(Math.ceil(bytes.length / 512) * 512);
    content.set(bytes);
    blocks.push(header, content);
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const list = (direction: string, query: number, candidates: number[]): string =>
  `${JSON.stringify({ direction, query, positive: query, subcategory: 'x', sameSubcategoryNegatives: 1, candidates })}\n`;

describe("evaluate on a run's own products", () => {
  it('gives the retrieval figures of evaluation.json, as a table and as JSON', async () => {
    const { code, output, errors } = await evaluate('retrieval', '--run', 'run', '--json', 'new/retrieval.json');
    expect([code, errors]).toEqual([0, '']);
    const { retrieval } = await jsonOf('run/evaluation.json');
    expect(await jsonOf('new/retrieval.json')).toEqual({ measured: expect.anything(), retrieval });
    expect(output).toContain(retrieval.sumR.toFixed(1));
    expect(output).toMatch(/^combined .*\nembeddings .*\nmatching .*\nmean ± deviation over 2 list files/m);
  });

  it('writes a page of lists with the worst queries', async () => {
    const given = ['retrieval', '--run', 'run', '--html', 'new/retrieval.html', '--worst', '2'];
    const { code, errors } = await evaluate(...given);
    expect([code, errors]).toEqual([0, '']);
    const page = await readFile(join(folder, 'new/retrieval.html'), 'utf8');
    expect(page).toContain('FashionViL');
    expect(page).toContain('not comparable');
    expect(page).toMatch(
      /match score weighs [\d.]+, as the run chose it on other lists, of its split retrievalChoice</,
    );
    expect(page.match(/<article class="retrieval to-captions">/g)).toHaveLength(2);
    expect(page).toMatch(/<img src="data:image\/jpeg;base64,/);
    expect(page).toContain('<pre><code>pnpm evaluate retrieval --run run --html new/retrieval.html --worst 2');
  });

  it('ranks the full set in two stages, with weights chosen on other products', async () => {
    const files = ['--html', 'full.html', '--json', 'full.json'];
    const { code, output, errors } = await evaluate('retrieval', '--run', 'run', '--full', '--best', '5', ...files);
    expect([code, errors]).toEqual([0, '']);
    const { measured, fullRetrieval } = await jsonOf('full.json');
    expect(measured).toMatchObject({ recipe: 'tiny-ci', split: 'test', pictures: 12, leftOut: 0 });
    const { firstStage, curve, ceiling } = fullRetrieval;
    expect(fullRetrieval).toMatchObject({ best: 5, images: 12, texts: 12, imageToText: { queries: 12 } });
    expect(fullRetrieval.weightChosenOn).toBe('24 queries among 12 products that training has not seen');
    expect(fullRetrieval.pairsPerSecond).toBeGreaterThan(0);
    // A ceiling at 5 is the recall of the first stage, which the second cannot change.
    for (const way of ['imageToText', 'textToImage']) {
      expect(ceiling[way]).toBe(firstStage[way].recalls['5']);
      expect(fullRetrieval[way].recalls['5']).toBe(ceiling[way]);
    }
    expect(curve.map(({ best }: { best: number }) => best)).toEqual([0, 5]);
    expect(curve[0].sumR).toBe(firstStage.sumR);
    expect(output).toMatch(/^two stages .*\nfirst stage .*\nmatching alone .*\n12 photographs and 12 captions/m);
    expect(await readFile(join(folder, 'full.html'), 'utf8')).toContain('How many to re-rank');
  });

  it('gives the recognition figures of evaluation.json, of photograph, caption and both, and what is behind them', async () => {
    const files = ['--html', 'recognition.html', '--json', 'recognition.json', '--worst', '3'];
    const { code, output, errors } = await evaluate('recognition', '--run', 'run', ...files);
    expect([code, errors]).toEqual([0, '']);
    const { recognition } = await jsonOf('run/evaluation.json');
    expect(Object.keys(recognition)).toEqual(['category:image', 'category:text', 'category:both', 'category']);
    const { classifiers, ...figures } = await jsonOf('recognition.json');
    expect(figures).toEqual({ measured: expect.objectContaining({ pictures: 16 }), recognition });
    for (const { field, inputs, details } of classifiers) {
      const { accuracy, f1OfMeans, commonestClass } = recognition[`${field}:${inputs}`];
      expect(details).toMatchObject({ accuracy, f1OfMeans, examples: 16 });
      expect(details.commonestClass.name).toBe(commonestClass.name);
      expect(details.wrong).toHaveLength(Math.round(16 * (1 - accuracy / 100)));
      for (const { id } of details.wrong) expect(id).toMatch(/^atelier-/);
    }
    expect(output).toMatch(/^category, image +\d.*\ncategory, text +\d.*\ncategory, both +\d.*\ncategory, always \w+/m);
    const page = await readFile(join(folder, 'recognition.html'), 'utf8');
    expect(page.match(/<div class="wide matrix">/g)).toHaveLength(3);
    const shown = classifiers.map(({ details }: { details: { wrong: object[] } }) => Math.min(3, details.wrong.length));
    expect(page.match(/<figure class="failure">/g)).toHaveLength(shown.reduce((sum: number, one: number) => sum + one));
  });

  it('refuses options without effect', async () => {
    expect(await refusal('retrieval', '--run', 'run', '--best', '5')).toMatch(/--best has no effect: .*--full/);
    expect(await refusal('retrieval', '--run', 'run', '--full', '--lists', 'one.jsonl')).toMatch(
      /--lists has no effect/,
    );
    expect(await refusal('recognition', '--run', 'run', '--worst', '5')).toMatch(/--worst has no effect: .*--html/);
    expect(await refusal('retrieval', '--run', 'run', '--full', '--best', '0')).toMatch(/--best must be .*, found "0"/);
  });

  it('gives the figures of masked words of evaluation.json, as a table and as JSON', async () => {
    const { code, output, errors } = await evaluate('words', '--run', 'run', '--json', 'words.json');
    expect([code, errors]).toEqual([0, '']);
    const { words } = await jsonOf('run/evaluation.json');
    expect(await jsonOf('words.json')).toEqual({ words });
    expect(words).toMatchObject({ captions: 16, otherPhotograph: {}, noPhotograph: {}, commonest: {}, neighbours: {} });
    expect(Object.keys(words.byAspect)).toContain('type');
    expect(output).toMatch(/^all +\d+ +\d+\.\d \(\d+\.\d\d\)/m);
  });

  it('gives the figures of captions of evaluation.json, as tables and as JSON', async () => {
    const { code, output, errors } = await evaluate('captions', '--run', 'run', '--json', 'captions.json');
    expect([code, errors]).toEqual([0, '']);
    const { captions } = await jsonOf('run/evaluation.json');
    expect(await jsonOf('captions.json')).toEqual({ captions });
    expect(captions).toMatchObject({
      captions: 6,
      beam: 3,
      blockNgram: 3,
      bleu4: expect.any(Number),
      facts: {},
      nearest: {},
    });
    expect(output).toMatch(
      /^written +\d+\.\d .*\nnearest photograph +\d+\.\d .*\nscores of 6 captions, times 100; 3 /m,
    );
    expect(output).toMatch(/^ +all +colour +type +pattern +part\nwritten .* \/ \d+\.\d\n/m);
    expect(await refusal('captions', '--run', 'run', '--beam', '65')).toMatch(
      /--beam must be a whole number from 1 to 64, found "65"/,
    );
    expect(await refusal('captions', '--run', 'run', '--block-ngram', '1')).toMatch(
      /--block-ngram must be a whole number from 2 to 64, or 0, found "1"/,
    );
  });

  it('draws the garments of another seed', async () => {
    const { code, output, errors } = await evaluate('words', '--run', 'run', '--seed', '5', '--json', 'words5.json');
    expect([code, errors]).toEqual([0, '']);
    expect(output).toContain('atelier (seed 5');
    expect(await jsonOf('words5.json')).not.toEqual(await jsonOf('words.json'));
    expect(await refusal('words', '--run', 'run', '--seed', 'five')).toMatch(/--seed must be .*, found "five"/);
  });

  it('says how often the aligner finds a part', async () => {
    const { code, output, errors } = await evaluate('alignment', '--run', 'run', '--json', 'alignment.json');
    expect([code, errors]).toEqual([0, '']);
    const { alignment } = await jsonOf('run/evaluation.json');
    expect(await jsonOf('alignment.json')).toEqual({ alignment });
    expect(alignment.discriminants.mentions).toBeGreaterThan(10);
    expect(output).toMatch(/^discriminants +\d+\.\d +\d+\.\d +\d+\.\d\nrandom patch +\d/m);
  });

  it('names the available splits', async () => {
    expect(await refusal('retrieval', '--run', 'run', '--split', 'best')).toMatch(
      /no such split, found "best"; take one of: train, heldOut, retrievalChoice, retrieval/,
    );
  });
});

describe('evaluate on products of a folder', () => {
  const products = [1, 2, 3, 4].map((id) => ({ item_ID: id, text: `thing number ${id}` }));
  beforeAll(async () => {
    await writeProducts('bare', [...products, { item_ID: 5, text: 'thing number 5', broken: true }]);
    const labelled = products.map((product) => ({
      ...product,
      category1: product.item_ID % 2 === 0 ? 'tops' : 'hats',
    }));
    await writeProducts('labelled', labelled);
    const one = list('image-to-text', 1, [1, 2, 3]) + list('text-to-image', 2, [4, 2]);
    await writeFile(join(folder, 'one.jsonl'), one);
    await writeFile(join(folder, 'two.jsonl'), list('image-to-text', 3, [3, 4]) + list('text-to-image', 4, [4, 1]));
    await writeFile(join(folder, 'broken.jsonl'), one + list('image-to-text', 1, [1, 5]));
    await writeFile(join(folder, 'foreign.jsonl'), list('image-to-text', 1, [1, 77]));
  });
  const bare = ['--run', 'run', '--data', 'bare', '--split', 'hidden'] as const;

  it('scores given lists without labels, and names what was left out', async () => {
    const lists = ['--lists', 'one.jsonl', '--lists', 'two.jsonl'];
    const { code, output, errors } = await evaluate('retrieval', ...bare, ...lists, '--json', 'bare.json');
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^ {2}1 left out: .+ \(5\)$/m);
    const { retrieval } = await jsonOf('bare.json');
    expect(retrieval.files.map((file: { name: string }) => file.name)).toEqual(['one.jsonl', 'two.jsonl']);
    expect(retrieval.imageToText['5']).toBe(100);
    // As chosen in the run's own evaluation, not again here.
    expect(retrieval.matchingWeight).toBe((await jsonOf('run/evaluation.json')).retrieval.matchingWeight);
  });

  it('ranks a full set of few other products, with the weight of the lists of the run', async () => {
    const { code, errors } = await evaluate('retrieval', ...bare, '--full', '--json', 'bare-full.json');
    expect([code, errors]).toEqual([0, '']);
    const { measured, fullRetrieval } = await jsonOf('bare-full.json');
    expect(measured).toMatchObject({ split: 'hidden', pictures: 4, leftOut: 1 });
    // Everything is read by the matching head.
    expect(fullRetrieval).toMatchObject({ best: 4, pairs: 16, ceiling: { imageToText: 100, textToImage: 100 } });
    expect(fullRetrieval.weightChosenOn).toBe(
      'lists that the run drew from its validation products, which may be the measured ones',
    );
  });

  it('measures words', async () => {
    expect(await evaluate('words', ...bare, '--json', 'bare-words.json')).toMatchObject({ code: 0, errors: '' });
    const { words } = await jsonOf('bare-words.json');
    expect(words.captions).toBe(4);
    expect(words).not.toHaveProperty('byAspect');
  });

  it('refuses photographs whose parts are unknown', async () => {
    expect(await refusal('alignment', ...bare)).toMatch(
      /alignment cannot be measured on .*, found "photographs whose parts are unknown"; leave out --data/,
    );
  });

  it('measures captions, also those of pieces that the vocabulary lacks', async () => {
    const said = await evaluate(
      'captions',
      ...bare,
      '--beam',
      '1',
      '--block-ngram',
      '0',
      '--json',
      'bare-captions.json',
    );
    expect([said.code, said.errors]).toEqual([0, '']);
    const { captions } = await jsonOf('bare-captions.json');
    expect(captions).toMatchObject({ captions: 4, beam: 1, blockNgram: 0, nearest: { bleu1: expect.any(Number) } });
    expect(captions).not.toHaveProperty('facts');
    await writeProducts('foreign', [
      { item_ID: 1, text: '一条红色的裙子' },
      { item_ID: 2, text: 'Ω' },
    ]);
    const given = ['--run', 'run', '--data', 'foreign', '--split', 'hidden', '--json', 'foreign.json'];
    expect(await evaluate('captions', ...given)).toMatchObject({ code: 0, errors: '' });
    expect((await jsonOf('foreign.json')).captions).toMatchObject({ captions: 2, rougeL: 0, ciderD: 0, meteor: 0 });
  });

  it('measures recognition if there are labels', async () => {
    const given = ['--run', 'run', '--data', 'labelled', '--split', 'hidden', '--json', 'labelled.json'];
    expect(await evaluate('recognition', ...given)).toMatchObject({ code: 0, errors: '' });
    expect((await jsonOf('labelled.json')).recognition.category.accuracy).toBeGreaterThanOrEqual(0);
  });

  it('measures the label columns that the run learned on all products of a table without splits', async () => {
    const labels = ['spaceships', 'dresses', 'tops', ''];
    await mkdir(join(folder, 'table'));
    for (const row of labels.keys()) await writeFile(join(folder, 'table', `${row}.png`), pngOf(50 * row, 90, 9));
    const rows = labels.map((label, row) => `${row},thing number ${row},${label},${row}.png`);
    await writeFile(join(folder, 'table', 'list.csv'), ['sku,title,category,photo', ...rows].join('\n'));
    const given = ['recognition', '--run', 'run', '--data', 'table'];
    const { code, output, errors } = await evaluate(...given, '--split', 'all', '--json', 'table.json');
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^table, all: 1 of 4 pictures .* no label of "category": left out of its figures$/m);
    expect(output).toMatch(/^labels of "category" that the run has not learned count as wrong: .*spaceships/m);
    const { measured, classifiers } = await jsonOf('table.json');
    expect(measured).toMatchObject({ split: 'all', pictures: 4 });
    expect(classifiers[0].details).toMatchObject({
      examples: 3,
      unlabelled: 1,
      unknownLabels: expect.arrayContaining(['spaceships']),
    });
    expect((await evaluate(...given)).output).toMatch(
      /^table has no splits of its own: "validation" is a part of its products, .*; --split all takes all of them$/m,
    );
  });

  it('names what is missing', async () => {
    expect(await refusal('recognition', ...bare)).toMatch(
      /none of its products has a label .*, found \["category"\]; /,
    );
    expect(await refusal('retrieval', ...bare, '--lists', 'broken.jsonl')).toMatch(
      /broken\.jsonl, line 3: a product of the list was left out of the data \(.+\), found "5"; /,
    );
    expect(await refusal('retrieval', ...bare, '--lists', 'foreign.jsonl')).toMatch(/no such candidate, found "77"/);
    expect(await refusal('retrieval', ...bare, '--lists', 'none.jsonl')).toMatch(/none\.jsonl, found "ENOENT"; /);
    expect(await refusal('retrieval', '--run', 'run', '--data', 'bare')).toMatch(
      /no such split, found "validation"; take one of: hidden/,
    );
    expect(await refusal('retrieval', '--run', 'run', '--data', 'none')).toMatch(
      /cannot read .*none, found "ENOENT"; pass --data/,
    );
    expect(await refusal('retrieval', '--run', 'bare')).toMatch(/bare is not a run folder: cannot read recipe\.json/);
    expect(await refusal('retrieval', '--run', 'run', '--backend', 'abacus')).toMatch(
      /unknown backend, found "abacus"/,
    );
    expect(await refusal('words', ...bare, '--seed', '3')).toMatch(
      /--seed draws other garments, and --data gives products/,
    );
    for (const option of ['--map=id=sku', '--splits=file', '--clean=none', '--encoding=latin1'])
      expect(await refusal('words', '--run', 'run', option)).toMatch(
        /--(map|splits|clean|encoding) has no effect: the recipe .* draws its own products, .*; leave it out/,
      );
    expect(await refusal('retrieval', '--run', 'run', '--threads', '0')).toMatch(/--threads must be .*, found "0"/);
  });

  it('names what keeps captions from being measured', async () => {
    await writeProducts('empty', [{ item_ID: 1, text: 'a thing', broken: true }]);
    const empty = ['--run', 'run', '--data', 'empty', '--split', 'hidden'];
    expect(await refusal('captions', ...empty)).toMatch(/^@kaleido\/[\w-]+: no .*; /);
    await cp(join(folder, 'run'), join(folder, 'silent'), { recursive: true });
    await rm(join(folder, 'silent', 'finetuned', 'captioning'), { recursive: true });
    expect(await refusal('captions', '--run', 'silent')).toMatch(
      /silent has no model that writes captions, found "no .*captioning"; give a run whose recipe has "captioning"/,
    );
  });

  it('refuses an unfinished run', async () => {
    await cp(join(folder, 'run'), join(folder, 'unfinished'), { recursive: true });
    await rm(join(folder, 'unfinished', 'evaluation.json'));
    expect(await refusal('retrieval', '--run', 'unfinished')).toMatch(/unfinished is not finished: /);
  });
});

describe("an index of a run's products", () => {
  const settings = ['index', '--run', 'run', '--out', 'index', '--features', '--json', 'index.json'] as const;

  it('is made, also where a process was killed while it made it, and is brought up to date', async () => {
    const child = start(settings);
    child.stdout.on('data', (text) => /^index /m.test(String(text)) && child.kill('SIGKILL'));
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    expect(await readdir(join(folder, 'index'))).toContain('index.json');
    const { code, output, errors } = await evaluate(...settings);
    expect([code, errors]).toEqual([0, '']);
    const { added, unchanged, ...figures } = await jsonOf('index.json');
    expect(added + unchanged).toBe(16);
    expect(figures).toMatchObject({ replaced: 0, deleted: 0, leftOut: [], products: 16, precision: 'float32' });
    expect(output).toMatch(/index: 16 products, \d+ numbers each \(16 (added|unchanged)\) in \d+\.\d s\n$/);
    expect((await readdir(join(folder, 'index'))).sort()).toEqual(['index.json', 'segments']);
    expect(await refusal('index', '--run', 'run', '--out', 'index')).toMatch(/index exists with other settings, found/);
    expect(await refusal(...settings, '--precision', 'int4')).toMatch(
      /--precision must be float32 or int8, found "int4"/,
    );
  });

  it('is searched by text, with filters and re-ranking, as a list, JSON and a page', async () => {
    const listed = await evaluate('search', 'index', 'a red dress', '--k', '3', '--json', 'found.json');
    expect([listed.code, listed.errors]).toEqual([0, '']);
    const { query, where, hits, compared } = await jsonOf('found.json');
    expect([query, where, compared, hits.length]).toEqual([{ text: 'a red dress' }, [], 16, 3]);
    const lines = listed.output.trimEnd().split('\n');
    for (const [place, { score, product }] of hits.entries()) {
      expect(lines[place]).toContain(score.toFixed(3));
      expect(lines[place]).toContain(product.id);
    }
    expect(lines.at(-1)).toMatch(/^16 of 16 products compared in \d+ ms, embedding included$/);

    const { category } = hits[0].product;
    const filter = ['--where', `category=${category}`, '--rerank', '5', '--json', '-', '--html', 'found.html'];
    const filtered = await evaluate('search', 'index', 'a red dress', ...filter);
    expect([filtered.code, filtered.errors]).toEqual([0, '']);
    const result = JSON.parse(filtered.output);
    expect(result.hits.length).toBeGreaterThan(0);
    for (const hit of result.hits) expect(hit.product.category).toBe(category);
    expect(result.hits[0].match).toBeGreaterThan(0);
    const page = await readFile(join(folder, 'found.html'), 'utf8');
    expect(page.match(/<img src="data:image\/webp/g)).toHaveLength(result.hits.length);
    expect(page).toContain(`<li>category=${category}</li>`);
  });

  it('is searched by photograph', async () => {
    await writeFile(join(folder, 'photograph.png'), pngOf(200, 20, 30));
    const { code, output, errors } = await evaluate('search', 'index', '--image', 'photograph.png', '--json', '-');
    expect([code, errors]).toEqual([0, '']);
    const { query, hits } = JSON.parse(output);
    expect([query, hits.length]).toEqual([{ image: 'photograph.png' }, 10]);
  });

  it('loses the products that are removed', async () => {
    const { hits } = await jsonOf('found.json');
    const [first, second] = hits.map(({ product }: { product: { id: string } }) => product.id);
    const removed = await evaluate('remove', 'index', first, 'unknown');
    expect(removed).toEqual({ code: 0, output: '1 deleted, 1 not in the index; 15 products left\n', errors: '' });
    const { output } = await evaluate('search', 'index', 'a red dress', '--k', '16', '--json', '-');
    const left = JSON.parse(output).hits.map(({ product }: { product: { id: string } }) => product.id);
    expect([left.length, left[0], left.includes(first)]).toEqual([15, second, false]);
  });

  it('names what is wrong with a query', async () => {
    expect(await refusal('search', 'index')).toMatch(/a search needs either a text or a photograph, found "neither"/);
    expect(await refusal('search', 'index', 'a dress', '--where', 'red')).toMatch(/--where needs a field and a value/);
    expect(await refusal('search', 'index', 'a dress', '--where', 'constructor=x')).toMatch(
      /no product of the index has a field of this name, found "constructor"/,
    );
    expect(await refusal('search', 'run', 'a dress')).toMatch(
      /run as an index: index\.json is missing, found "ENOENT"/,
    );
    expect(await refusal('search', 'http://127.0.0.1:1/index', 'a dress')).toMatch(/cannot read http:.*index\.json/);
    const manifest = await readFile(join(folder, 'index', 'index.json'), 'utf8');
    await mkdir(join(folder, 'moved'));
    await writeFile(join(folder, 'moved', 'index.json'), manifest.replace(/"name":"[^"]*"/, '"name":"gone"'));
    expect(await refusal('search', 'moved', 'a dress')).toMatch(
      /names a model whose folder is not here, found "gone"; say where it is: --run DIR/,
    );
  });

  it('follows the products of a folder, and keeps what cannot be read this time', async () => {
    const stock = [1, 2, 3, 4, 5].map((id) => ({ item_ID: id, text: `thing number ${id}` }));
    const given = ['index', '--run', 'run', '--data', 'stock', '--split', 'hidden', '--out', 'stock-index', '--prune'];
    await writeProducts('stock', stock);
    expect(await evaluate(...given)).toMatchObject({ code: 0, errors: '' });
    await writeProducts('stock', [...stock.slice(0, 3), { ...stock[4], broken: true }]);
    expect(await evaluate(...given, '--json', 'stock.json')).toMatchObject({ code: 0, errors: '' });
    const figures = await jsonOf('stock.json');
    expect(figures).toMatchObject({ added: 0, unchanged: 3, deleted: 1, products: 4, leftOut: [{ id: '5' }] });
    expect(figures.leftOut).toHaveLength(1);
    // The reason of the reader, not one of the index.
    expect(figures.leftOut[0].reason).toMatch(/picture|image|PNG/);
  });
});
