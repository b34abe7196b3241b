import { readdir } from 'node:fs/promises';
import { selectBackend } from '@kaleido/backend';
import { classification, fineTune, openKaleido } from '@kaleido/pipeline/node';

const model = 'runs/quickstart';
const out = 'taught-model';
const folder = 'photographs';
const trained = 'head';
const photograph = 'dress.jpg';

await selectBackend();
const kaleido = await openKaleido(model);
// A folder for each class, with its photographs. Every fifth of a class is held out, to measure with.
const examples = [];
for (const name of await readdir(folder))
  for (const [index, file] of (await readdir(`${folder}/${name}`)).entries())
    examples.push({ image: `${folder}/${name}/${file}`, class: name, isHeldOut: index % 5 === 4 });
const train = examples.filter(({ isHeldOut }) => !isHeldOut);
const validation = examples.filter(({ isHeldOut }) => isHeldOut);
const taught = await fineTune(kaleido, classification({ label: 'class' }), { train, validation, trained });
console.log(`right for ${taught.training.validation?.figures.accuracy} of ${validation.length} held-out photographs`);
await taught.save(out);
for await (const { class: name, probabilities } of taught.predict([photograph])) console.log(name, probabilities);
