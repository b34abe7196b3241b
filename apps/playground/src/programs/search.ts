import { readdir } from 'node:fs/promises';
import { selectBackend } from '@kaleido/backend';
import { openKaleido } from '@kaleido/pipeline/node';

const model = 'runs/quickstart';
const folder = 'photographs';
const caption = 'a red dress with a white collar';

await selectBackend();
const kaleido = await openKaleido(model);
const files = (await readdir(folder)).filter((file) => /\.(jpe?g|png|webp)$/.test(file)).sort();
// First all photographs by their vectors, then the best of them once more by the matching head.
const photographs = await kaleido.embedImages(files.map((file) => `${folder}/${file}`));
const [query] = await kaleido.embedCaptions([caption]);
const scored = photographs.map((vector, index) => ({
  file: files[index],
  similarity: vector.reduce((sum, value, at) => sum + value * (query?.[at] ?? 0), 0),
}));
const found = scored.sort((a, b) => b.similarity - a.similarity).slice(0, 8);
for (const { file, similarity } of found) {
  const [match] = await kaleido.match(`${folder}/${file}`, [caption]);
  console.log(file, similarity.toFixed(3), match?.toFixed(3));
}
