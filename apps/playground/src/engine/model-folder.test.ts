import { describe, expect, it } from '@jest/globals';
import { type ModelFiles, modelFolder } from './model-folder.ts';

const placed = (path: string) => ({ path, file: new File([path], path.slice(path.lastIndexOf('/') + 1)) });
const folder = (...paths: string[]) => modelFolder(paths.map(placed)) as ModelFiles;
const names = (files: readonly File[] | undefined) => files?.map(({ name }) => name);

describe('modelFolder', () => {
  it('takes the files of the uppermost folder with a configuration', () => {
    const found = folder(
      ...['config.json', 'model.safetensors', 'aligner.safetensors', 'more/config.json'].map(
        (name) => `quickstart/${name}`,
      ),
    );
    expect(names(found.main)).toEqual(['config.json', 'model.safetensors']);
    expect(Object.keys(found)).toEqual(['main']);
    expect(names(folder('config.json', 'vocab.txt').main)).toEqual(['config.json', 'vocab.txt']);
  });

  it('takes the fine-tuned copies of a run, and of no other folder', async () => {
    const found = folder(
      'run/config.json',
      'run/finetuned/captioning/config.json',
      'run/finetuned/captioning/vocab.txt',
      'run/finetuned/image/config.json',
      'run/finetuned/image/classifier.json',
      'run/finetuned/both/config.json',
    );
    expect(names(found.main)).toEqual(['config.json']);
    expect(names(found.captioner)).toEqual(['config.json', 'vocab.txt']);
    expect(names(found.tagger)).toEqual(['config.json', 'classifier.json']);
    expect(await found.captioner?.[0]?.text()).toBe('run/finetuned/captioning/config.json');
    expect(
      Object.keys(folder('run/config.json', 'run/finetuned/captioning/vocab.txt', 'finetuned/image/a.txt')),
    ).toEqual(['main']);
  });

  it('knows the copy that writes where it is opened by itself', () => {
    const found = folder('captioning/config.json', 'captioning/vocab.txt');
    expect(found.captioner).toBe(found.main);
    expect(folder('image/config.json').captioner).toBeUndefined();
  });

  it('says what is wrong with other folders', () => {
    expect(modelFolder([])).toEqual({ problem: expect.stringContaining('No files') });
    expect(modelFolder([placed('a/photo.jpg')])).toEqual({ problem: expect.stringContaining('has no config.json') });
    expect(modelFolder([placed('a/my-config.json')])).toEqual({ problem: expect.any(String) });
  });
});
