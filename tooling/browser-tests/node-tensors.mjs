import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { selectBackend } from '@kaleido/backend';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import { losslessPictures, tensorsOf } from './src/picture-tensors.mjs';

/** Generated pictures, valid and broken. */
export const pictureFolder = fileURLToPath(
  new URL('../../packages/kaleido-patches/fixtures/pictures/', import.meta.url),
);

/** Node's results for the pictures, to compare with a page; both use the same source. */
export async function nodeTensors() {
  await selectBackend({ prefer: 'wasm' });
  const tensors = {};
  for (const file of losslessPictures)
    tensors[file] = await tensorsOf(await decodeImage(await readFile(`${pictureFolder}files/${file}`), file), (url) =>
      readFile(url),
    );
  return tensors;
}
