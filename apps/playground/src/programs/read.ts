import { selectBackend } from '@kaleido/backend';
import { fillMasks, rankClasses } from '@kaleido/insight';
import { openKaleido } from '@kaleido/pipeline/node';

const model = 'runs/quickstart';
const tagger = 'runs/quickstart/finetuned/image';
const captioner = 'runs/quickstart/finetuned/captioning';
const photograph = 'dress.jpg';
const masked = 'a [MASK] dress with a [MASK] collar';

await selectBackend();
const kaleido = await openKaleido(model);
const { batch } = await kaleido.look(photograph);
for (const { name, classes } of await rankClasses(await openKaleido(tagger), batch))
  for (const { name: value, probability } of classes.slice(0, 5)) console.log(name, value, probability.toFixed(3));

const writer = await openKaleido(captioner);
for await (const { caption } of writer.caption([photograph])) console.log(caption);

const { masks } = await fillMasks(kaleido, batch, masked);
for (const { withPhotograph, withoutPhotograph } of masks)
  for (const [rank, { piece, probability }] of withPhotograph.entries())
    console.log(piece, probability.toFixed(3), 'without the photograph:', withoutPhotograph[rank]?.piece);
