import { selectBackend } from '@kaleido/backend';
import { nameWords } from '@kaleido/insight';
import { openKaleido } from '@kaleido/pipeline/node';

const model = 'runs/quickstart';
const photograph = 'dress.jpg';
const caption = 'a red dress with a white collar';

await selectBackend();
const kaleido = await openKaleido(model);
const { patches, batch } = await kaleido.look(photograph);
// Each word is masked in turn: how surely is it named, and which of the 55 patches speaks most for it?
const { caption: read, probabilities, relevance } = await nameWords(kaleido, batch, caption);
for (const [index, { text }] of read.words.entries()) {
  const own = relevance.subarray(index * patches.length, (index + 1) * patches.length);
  const { x0, y0, x1, y1 } = patches[own.indexOf(Math.max(...own))]?.box ?? {};
  console.log(text, probabilities[index]?.toFixed(3), `${x0}, ${y0} to ${x1}, ${y1}`);
}
