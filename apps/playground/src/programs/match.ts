import { selectBackend } from '@kaleido/backend';
import { openKaleido } from '@kaleido/pipeline/node';

const model = 'runs/quickstart';
const photograph = 'dress.jpg';
const caption = 'a red dress with a white collar';

await selectBackend();
const kaleido = await openKaleido(model);
const captions = [caption, 'a pair of black leather boots', 'a striped cotton shirt with long sleeves'];
// The matching head reads each caption together with the photograph.
const probabilities = await kaleido.match(photograph, captions);
// The joint space compares vectors that were made apart, which is fast enough for catalogues.
const [seen] = await kaleido.embedImages([photograph]);
const read = await kaleido.embedCaptions(captions);
for (const [index, text] of captions.entries()) {
  const similarity = read[index]?.reduce((sum, value, at) => sum + value * (seen?.[at] ?? 0), 0);
  console.log(probabilities[index]?.toFixed(3), similarity?.toFixed(3), text);
}
