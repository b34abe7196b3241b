// Makes what the page serves from a finished run of recipes/quickstart.json:
//   pnpm train
//   node apps/playground/scripts/train-tagger.mjs runs/quickstart runs/tagger
//   node apps/playground/scripts/make-assets.mjs runs/quickstart runs/tagger
// The models' weights are rounded to half precision. The gallery is drawn by the atelier with a seed that the run has
// not seen; its vectors are those of the bundled model.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openAligner } from '@kaleido/alignment';
import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { decodeSafetensors, encodeSafetensors, float32Values, toFloat16Bits } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import { alignCaption, nameWords, rankClasses, readTogether } from '@kaleido/insight';
import { patchCount } from '@kaleido/layout';
import { openKaleido } from '@kaleido/pipeline/node';
import sharp from 'sharp';

const [run, tagger] = process.argv.slice(2);
if (tagger === undefined) {
  console.error('usage: node scripts/make-assets.mjs RUN TAGGER');
  process.exit(1);
}
const target = fileURLToPath(new URL('../public', import.meta.url));
/** Large enough for a wide screen; the features of both sizes are nearly the same. */
const imageSize = 256;
/** Not the seed of the recipe, so that the model has seen none of these. */
const gallerySeed = 11;
const garments = 36;
/** Sub-categories of which there are two. */
const pairs = 6;
/** Garments that everybody knows, of many kinds, for the part of the strip that is seen first. */
const front = [
  'skater dress',
  'sneakers',
  'tote',
  't-shirt',
  'straight jeans',
  'bucket hat',
  'hoodie',
  'ankle boots',
  'denim jacket',
  'a-line skirt',
];
/**
 * Words of the trade that explain nothing to others, among them some that mean something else, and for whom a garment is:
 * the model cannot see that. A garment with such a caption is passed over for the next one of its kind.
 */
const puzzling =
  /\b(ash|ballerinas|bellows|bishop|blush|boyshort|camo|colour[- ]block(ing)?|crepe|crew(?! neck)|duffle|gabardine|gilet|gum sole|henley|hosiery|jet|kiss|lug|lycra|metal bit|micro|moss|nappa|notch|ombre|optic|panama|peacock|peasant|petrol|pinafore|placket|poppy|post|pussy|raglan|ringer|shell|slipover|storm|viscose|welt|all-gender|unisex|gents|ladies|(wo)?men's|a favourite)\b|(boys|girls|kids)'/i;
/** More do not fit beside a picture. */
const mostWords = 24;

const models = { model: run, captioner: join(run, 'finetuned/captioning'), tagger };
for (const [name, folder] of Object.entries(models)) await packModel(folder, join(target, name), name);
await makeGallery();

async function packModel(from, to, name) {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  const wanted = /^(config|preprocessor|tokenizer_config|classifier)\.json$|^vocab\.txt$|\.safetensors$/;
  const files = {};
  for (const file of (await readdir(from)).sort()) {
    if (!wanted.test(file) || file === 'caption-counts.safetensors') continue;
    const content = await readFile(join(from, file));
    const packed = file.endsWith('.safetensors') ? halved(content, file) : content;
    await writeWhole(join(to, file), packed);
    // The page keeps files under their hashes.
    files[file] = { bytes: packed.byteLength, sha256: createHash('sha256').update(packed).digest('hex') };
  }
  await writeWhole(join(to, 'files.json'), new TextEncoder().encode(`${JSON.stringify(files, null, 2)}\n`));
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  console.log(`${name}: ${(bytes / 1e6).toFixed(2)} MB`);
}

/** Tensors of 1,024 numbers and more in half precision; biases and statistics stay as they are. */
function halved(content, name) {
  const { tensors, metadata } = decodeSafetensors(content, name);
  const converted = [...tensors].map(([key, tensor]) => {
    if (tensor.type !== 'F32' || tensor.bytes.byteLength < 4096) return [key, tensor];
    const bits = Uint16Array.from(float32Values(tensor, key), toFloat16Bits);
    return [key, { type: 'F16', shape: tensor.shape, bytes: new Uint8Array(bits.buffer) }];
  });
  return encodeSafetensors(converted, metadata);
}

async function makeGallery() {
  const { collection } = JSON.parse(await readFile(join(run, 'recipe.json'), 'utf8')).data;
  const atelier = openRasterisedAtelier({
    seed: gallerySeed,
    products: 400,
    validation: 0,
    test: 0,
    viewsPerProduct: { least: 1, most: 1 },
    imageSize,
    captionOf: 'view',
    ...collection,
    backgrounds: { studio: 4, coloured: 1, cluttered: 0 },
  });
  const folder = join(target, 'gallery');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await selectBackend({ prefer: 'wasm' });
  const kaleido = await openKaleido(join(target, 'model'));
  const chosen = [];
  for (const product of await chooseProducts(atelier)) {
    const image = await sharp(product.image.bytes).webp({ lossless: true, effort: 6 }).toBuffer();
    chosen.push({ product, image: new Uint8Array(image) });
  }
  const photographs = await kaleido.embedImages(chosen.map(({ image }) => image));
  const captions = await kaleido.embedCaptions(chosen.map(({ product }) => product.caption));
  const round = (vector) => [...vector].map((value) => Number(value.toFixed(5)));
  const aligner = openAligner(
    { kind: 'discriminants', byStrength: true },
    await readFile(join(target, 'model', 'aligner.safetensors')),
    'aligner.safetensors',
    kaleido.tokenizer.vocabulary,
  );
  const captioner = await openKaleido(join(target, 'captioner'));
  const tagger = await openKaleido(join(target, 'tagger'));
  const items = [];
  for (const [index, { product, image }] of chosen.entries()) {
    const id = `g${String(index + 1).padStart(2, '0')}`;
    await writeWhole(join(folder, `${id}.webp`), image);
    items.push({
      id,
      caption: product.caption,
      image: `gallery/${id}.webp`,
      category: product.category,
      subcategory: product.subcategory,
      colour: product.attributes?.baseColour ?? '',
      imageVector: round(photographs[index]),
      captionVector: round(captions[index]),
    });
    const known = await knownAnswers({ kaleido, aligner, captioner, tagger }, image, product.caption);
    await writeWhole(join(folder, `${id}.json`), new TextEncoder().encode(JSON.stringify(known)));
  }
  await writeWhole(join(folder, 'gallery.json'), new TextEncoder().encode(JSON.stringify({ items })));
  const best = (vectors, others) =>
    vectors.filter((vector, i) => {
      const scores = others.map((other) => other.reduce((sum, value, j) => sum + value * vector[j], 0));
      return scores.every((score, j) => j === i || score < scores[i]);
    }).length;
  console.log(
    `gallery: ${items.length} garments; ${best(photographs, captions)} photographs find their caption first, ${best(captions, photographs)} captions their photograph`,
  );
  for (const opened of [kaleido, captioner, tagger]) opened.dispose();
}

/**
 * Those of `front`, then one of other sub-categories each as they are drawn, so that the gallery is nearly as varied as the
 * atelier; at last a second one of some, so that a search by picture has something to find.
 */
async function chooseProducts(atelier) {
  const first = new Map();
  const second = new Map();
  for await (const product of atelier.products('train')) {
    const { caption, subcategory } = product;
    const isPuzzling = puzzling.test(caption) || caption.split(' ').length > mostWords;
    if (isPuzzling || second.has(subcategory)) continue;
    (first.has(subcategory) ? second : first).set(subcategory, product);
  }
  const opening = front.map((subcategory) => first.get(subcategory));
  if (opening.includes(undefined)) throw new Error(`no plain caption for ${front[opening.indexOf(undefined)]}`);
  const others = [...first.values()].filter(({ subcategory }) => !front.includes(subcategory));
  const alike = front.flatMap((subcategory) => second.get(subcategory) ?? []).slice(0, pairs);
  return [...opening, ...others.slice(0, garments - front.length - alike.length), ...alike];
}

/** What the page shows of a garment until its model answers. Aligner columns: see src/engine/engine-worker.ts. */
async function knownAnswers({ kaleido, aligner, captioner, tagger }, image, caption) {
  const short = (values, digits = 4) => Array.from(values, (value) => Number(value.toFixed(digits)));
  const look = await kaleido.look(image);
  const together = await readTogether(kaleido, look.batch, caption);
  const { match, similarity } = together;
  const { caption: named, probabilities, relevance } = await nameWords(kaleido, look.batch, caption);
  const columns = { start: 832, width: 64 };
  const { caption: read, pairs } = await alignCaption(kaleido, aligner, look, caption, { columns });
  let written = '';
  for await (const { caption: own } of captioner.caption([image])) written = own;
  const tags = (await rankClasses(tagger, look.batch)).map((field) => ({
    ...field,
    classes: field.classes
      .slice(0, 5)
      .map(({ name, probability }) => ({ name, probability: Number(probability.toFixed(4)) })),
  }));
  return {
    width: look.image.width,
    height: look.image.height,
    box: look.box,
    match: Number(match.toFixed(4)),
    similarity: Number(similarity.toFixed(4)),
    pieces: read.pieces,
    words: named.words,
    probabilities: short(probabilities),
    relevance: short(relevance),
    pairs: pairs.map(({ token, patch, weight }) => ({ token, patch, weight: Number(weight.toFixed(4)) })),
    attention: knownAttention(together),
    written,
    tags,
  };
}

/**
 * Attention between words and patches in the last layer, the mean of its heads, as `attentionLinks` of
 * src/panels/words-and-patches/links.ts has it: [W, 55] in base64, a byte each, 255 for the largest.
 */
function knownAttention({ caption: { ids, words }, attentions, heads }) {
  const layer = attentions.length - 1;
  const sequence = ids.length + patchCount;
  const share = (row, column) => {
    let sum = 0;
    for (let head = 0; head < heads; head++) sum += attentions[layer][(head * sequence + row) * sequence + column];
    return sum / heads;
  };
  const packed = (of) => {
    const values = words.flatMap((word) =>
      Array.from({ length: patchCount }, (_, patch) => of(word, ids.length + patch)),
    );
    const largest = Math.max(...values);
    const bytes = Uint8Array.from(values, (value) => Math.round((255 * value) / largest));
    return { largest: Number(largest.toFixed(6)), bytes: Buffer.from(bytes).toString('base64') };
  };
  const sum = (word, of) =>
    Array.from({ length: word.end - word.start }, (_, at) => of(word.start + at)).reduce((a, b) => a + b, 0);
  return {
    layer,
    wordsLook: packed((word, patch) => sum(word, (piece) => share(piece, patch)) / (word.end - word.start)),
    patchesLook: packed((word, patch) => sum(word, (piece) => share(patch, piece))),
  };
}
