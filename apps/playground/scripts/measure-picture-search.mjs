// Measures whether the matching head, which reads words beside a photograph, makes a search by picture better:
//   node apps/playground/scripts/measure-picture-search.mjs [GARMENTS]
// Garments of a seed that the bundled model has not seen, two photographs each. The first is searched for among the second
// ones of all garments, by similarity; then the matching head reads it beside the captions of the best eight, or its own
// caption beside them. Prints for each weight of the match how often the same garment is found, and, where that one is left
// out, how many of the first are of its kind.
import { fileURLToPath } from 'node:url';
import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { combineScores } from '@kaleido/eval';
import { compareAll } from '@kaleido/insight';
import { openKaleido } from '@kaleido/pipeline/node';

const garments = Number(process.argv[2] ?? 600);
/** As `reranked` and `matchingWeight` of src/panels/match/rank.ts. */
const reranked = 8;
const weights = [0, 0.1, 0.2, 0.35, 0.5, 1];
/** Candidates of a list: as many as the page's gallery has, or all. */
const lists = [36, garments];

await selectBackend({ prefer: 'wasm' });
const kaleido = await openKaleido(fileURLToPath(new URL('../public/model', import.meta.url)));
const atelier = openRasterisedAtelier({
  seed: 51,
  products: garments,
  validation: 0,
  test: 0,
  viewsPerProduct: { least: 2, most: 2 },
  captionOf: 'view',
  backgrounds: { studio: 4, coloured: 1, cluttered: 0 },
});
const views = new Map();
for await (const { image, caption, subcategory, productId } of atelier.products('train')) {
  const { batch } = await kaleido.look(image.bytes);
  const [vector] = await kaleido.embedImages([image.bytes]);
  views.set(productId, [...(views.get(productId) ?? []), { productId, caption, subcategory, batch, vector }]);
}
const pairs = [...views.values()];
const dot = (a, b) => a.reduce((sum, value, at) => sum + value * b[at], 0);
const logit = (share) => {
  const inside = Math.min(1 - 1e-6, Math.max(1e-6, share));
  return Math.log(inside / (1 - inside));
};

/** What stage two reads: [candidates] logits. */
const readers = {
  'the picture with their captions': async (query, best) =>
    (
      await compareAll(
        kaleido,
        [query.batch],
        best.map(({ caption }) => caption),
      )
    ).match,
  'its caption with their pictures': async (query, best) =>
    (
      await compareAll(
        kaleido,
        best.map(({ batch }) => batch),
        [query.caption],
      )
    ).match,
};

for (const size of lists)
  for (const [name, read] of Object.entries(readers)) {
    const sums = new Map(weights.map((weight) => [weight, { first: 0, five: 0, kindFirst: 0, kindFive: 0 }]));
    for (const [index, [query, own]] of pairs.entries()) {
      const others = Array.from({ length: size - 1 }, (_, at) => pairs[(index + 1 + at) % pairs.length][1]);
      const found = await ranked(query, [own, ...others], read);
      const kinds = await ranked(query, others, read);
      for (const [weight, sum] of sums) {
        const place = found.get(weight).indexOf(own);
        sum.first += place === 0 ? 1 : 0;
        sum.five += place >= 0 && place < 5 ? 1 : 0;
        const right = kinds.get(weight).map(({ subcategory }) => (subcategory === query.subcategory ? 1 : 0));
        sum.kindFirst += right[0];
        sum.kindFive += right.slice(0, 5).reduce((total, one) => total + one, 0) / 5;
      }
    }
    console.log(`${size} candidates; the matching head reads ${name}:`);
    console.log('  weight  same garment first  among 5  same kind first  among 5');
    for (const [weight, sum] of sums) {
      const share = (value) => `${((100 * value) / pairs.length).toFixed(1)} %`;
      console.log(
        `  ${weight.toFixed(2).padEnd(6)}  ${share(sum.first).padEnd(18)}  ${share(sum.five).padEnd(7)}  ${share(sum.kindFirst).padEnd(15)}  ${share(sum.kindFive)}`,
      );
    }
  }
kaleido.dispose();

/** The best candidates in the order of both stages, for each weight of the match. */
async function ranked(query, candidates, read) {
  const best = candidates
    .map((one) => ({ one, similarity: dot(one.vector, query.vector) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, reranked);
  const matches = await read(
    query,
    best.map(({ one }) => one),
  );
  return new Map(
    weights.map((weight) => {
      const scores = combineScores(
        best.map(({ similarity }) => similarity),
        [...matches].map(logit),
        weight,
      );
      const order = best.map(({ one }, at) => ({ one, score: scores[at] }));
      return [weight, order.sort((a, b) => b.score - a.score).map(({ one }) => one)];
    }),
  );
}
