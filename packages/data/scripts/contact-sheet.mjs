// Draws docs/atelier/contact-sheet.png: 60 products, as a shopper would see them. Build the package first (`tsc -b`).
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openAtelier } from '../dist/atelier/index.js';
import { rasterise } from '../dist/atelier/node.js';

const columns = 10;
const rows = 6;
// 60 pictures of this size make a file of less than 800 KB.
const side = 96;
const gap = 3;

const atelier = openAtelier({
  seed: 2021,
  products: columns * rows,
  validation: 0,
  test: 0,
  viewsPerProduct: { least: 1, most: 1 },
  imageSize: side,
  // More hard backgrounds than in a catalogue.
  backgrounds: { studio: 5, coloured: 3, cluttered: 2 },
});

const cells = [];
for await (const { image } of atelier.products('train')) {
  const x = gap + (cells.length % columns) * (side + gap);
  const y = gap + Math.floor(cells.length / columns) * (side + gap);
  const png = Buffer.from(rasterise(new TextDecoder().decode(image.bytes))).toString('base64');
  cells.push(`<image x="${x}" y="${y}" width="${side}" height="${side}" href="data:image/png;base64,${png}"/>`);
}

const width = gap + columns * (side + gap);
const height = gap + rows * (side + gap);
const sheet = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="#fff"/>${cells.join('')}</svg>`;
const file = fileURLToPath(new URL('../../../docs/atelier/contact-sheet.png', import.meta.url));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(`${file}.part`, rasterise(sheet));
renameSync(`${file}.part`, file);
console.log(file);
