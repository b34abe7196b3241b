import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { selectBackend } from '@kaleido/backend';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import { losslessPictures, tensorsOf } from './src/picture-tensors.mjs';

/** Made pictures, sound and broken. */
export const pictureFolder = fileURLToPath(
  new URL('../../packages/kaleido-patches/fixtures/pictures/', import.meta.url),
);

/** What Node makes of the pictures that a page is then compared on; by the page's own source. */
export async function nodeTensors() {
  await selectBackend({ prefer: 'wasm' });
  const tensors = {};
  for (const file of losslessPictures)
    tensors[file] = await tensorsOf(await decodeImage(await readFile(`${pictureFolder}files/${file}`), file), (url) =>
      readFile(url),
    );
  return tensors;
}
