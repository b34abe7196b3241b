import { selectBackend } from '@kaleido/backend';
import { solvePuzzle } from '@kaleido/insight';
import { openKaleido } from '@kaleido/pipeline/node';

const model = 'runs/quickstart';
const photograph = 'dress.jpg';
const caption = 'a red dress with a white collar';

await selectBackend();
const kaleido = await openKaleido(model);
const look = await kaleido.look(photograph);
for (const turns of [0, 1, 2, 3]) {
  const answer = await solvePuzzle(kaleido, look, { kind: 'rotation', turns }, caption);
  if (!('probabilities' in answer)) continue;
  const probabilities = Array.from(answer.probabilities, (probability) => probability.toFixed(3));
  console.log(`turned by ${90 * turns} degrees:`, ...probabilities, answer.answer === turns ? 'found' : 'missed');
}
