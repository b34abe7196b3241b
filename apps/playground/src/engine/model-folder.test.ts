import { describe, expect, it } from '@jest/globals';
import { modelFolder } from './model-folder.ts';

const placed = (path: string) => ({ path, file: new File(['{}'], path.slice(path.lastIndexOf('/') + 1)) });

describe('modelFolder', () => {
  it('takes the files of the uppermost folder with a configuration', () => {
    const names = ['config.json', 'model.safetensors', 'aligner.safetensors', 'finetuned/image/config.json'];
    const found = modelFolder(names.map((name) => placed(`quickstart/${name}`)));
    expect((found as readonly File[]).map(({ name }) => name)).toEqual(['config.json', 'model.safetensors']);
    const flat = modelFolder([placed('config.json'), placed('vocab.txt')]);
    expect((flat as readonly File[]).map(({ name }) => name)).toEqual(['config.json', 'vocab.txt']);
  });

  it('says what is wrong with other folders', () => {
    expect(modelFolder([])).toEqual({ problem: expect.stringContaining('No files') });
    expect(modelFolder([placed('a/photo.jpg')])).toEqual({ problem: expect.stringContaining('has no config.json') });
    expect(modelFolder([placed('a/my-config.json')])).toEqual({ problem: expect.any(String) });
  });
});
