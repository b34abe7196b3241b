import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openData, parseMapping } from '@kaleido/data/node';
import type { Format } from './format.ts';

/** Parsers of products: tables and mappings. */
export const dataFormats: Readonly<Record<string, (folder: string) => Promise<Format>>> = {
  /** A CSV file with quotes, line breaks and a byte order mark. */
  csv: (folder) =>
    table(
      folder,
      'products.csv',
      '\ufeffid,title,image,category\r\n1,"Red ""wrap"" dress, silk",a.jpg,Dresses\r\n2,"two\r\nlines",b.jpg,Tops\r\n3,caf\u00e9,a.jpg,Tops\r\n',
    ),
  tsv: (folder) => table(folder, 'products.tsv', 'id\ttitle\timage\n1\tRed dress\ta.jpg\n2\tBlue shirt\tb.jpg\n'),
  jsonl: (folder) =>
    table(
      folder,
      'products.jsonl',
      '{"id": "1", "title": "Red dress", "image": "a.jpg", "tags": ["a", "b"], "more": {"colour": "red"}}\n{"id": 2, "title": "Caf\u00e9", "image": "b.jpg"}\n',
    ),
  /** The JSON file beside a photograph. */
  sidecar: (folder) => table(folder, 'a.json', '{"id": "1", "caption": "Red dress", "category": "dresses"}', folder),
  mapping: async () => ({
    sound: Buffer.from('caption=title+description,label=articleType,id=sku,image=images/{sku}.jpg'),
    read: async (bytes) => {
      parseMapping(Buffer.from(bytes).toString('utf8'));
    },
  }),
};

/** A file beside two photographs. @param path what is opened. Default: the file */
async function table(folder: string, name: string, text: string, path: string = join(folder, name)): Promise<Format> {
  for (const [index, picture] of ['a.jpg', 'b.jpg'].entries())
    await writeFile(join(folder, picture), Uint8Array.of(0xff, 0xd8, 0xff, index));
  return {
    sound: Buffer.from(text),
    read: async (bytes) => {
      await writeFile(join(folder, name), bytes);
      const source = await openData(path);
      for (const split of source.splits) {
        let rows = 0;
        for await (const { image } of source.products(split, { onSkipped: () => rows++ })) {
          if (image.bytes.length !== 4) throw new Error('a picture that is none of ours');
          rows++;
        }
        if (rows !== (source.rows?.(split) ?? rows)) throw new Error(`${rows} rows of ${source.rows?.(split)}`);
      }
    },
  };
}
