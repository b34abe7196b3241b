import { describe, expect, it } from '@jest/globals';
import { formatDataReading } from './format-data-reading.ts';
import { type DataReadingTexts, parseDataReading } from './parse-data-reading.ts';

async function again(texts: DataReadingTexts): Promise<DataReadingTexts> {
  const written = formatDataReading(await parseDataReading(texts));
  expect(formatDataReading(await parseDataReading(written))).toEqual(written);
  return written;
}

describe('how data is read, as texts', () => {
  it.each<[DataReadingTexts, DataReadingTexts]>([
    [{}, {}],
    [{ map: 'label=kind,caption=title + text,subcategory=' }, { map: 'caption=title+text,category=kind,subcategory=' }],
    [{ map: '{"id": "a,b", "caption": ["c"]}' }, { map: '{"caption":["c"],"id":["a,b"]}' }],
    [{ map: 'image=images/{sku}.jpg' }, { map: 'image=images/{sku}.jpg' }],
    [{ splits: 'hash' }, { splits: 'hash:seed=0,validation=0.1,test=0' }],
    [{ splits: 'hash:test=0.2,seed=3' }, { splits: 'hash:seed=3,validation=0.1,test=0.2' }],
    [{ splits: 'file' }, { splits: 'file' }],
    [{ splits: 'column=my fold' }, { splits: 'column=my fold' }],
    [{ clean: 'none' }, { clean: 'none' }],
    [{ clean: 'longest=90,white-space,html' }, { clean: 'html,white-space,longest=90' }],
    [{ encoding: 'LATIN1' }, { encoding: 'latin1' }],
    [{ delimiter: ';' }, { delimiter: ';' }],
  ])('%j are written %j, which are read again', async (given, written) => {
    expect(await again(given)).toEqual(written);
  });
});
