import { describe, expect, it } from '@jest/globals';
import { readText } from './folder-files.ts';
import { folderOfPickedFiles } from './folder-of-picked-files.ts';

/** A file as it comes from a folder that a user has picked. */
function picked(path: string, text: string = path): File {
  const file = new File([text], path.split('/').at(-1) ?? '');
  if (path.includes('/')) Object.defineProperty(file, 'webkitRelativePath', { value: path });
  return file;
}

describe('folderOfPickedFiles', () => {
  it('is the uppermost folder that has the main file', async () => {
    const paths = ['all #1/x/main.json', 'all #1/main.json', 'all #1/more/a%20.txt', 'all #1/x/more/a%20.txt'];
    const files = folderOfPickedFiles(
      paths.map((path) => picked(path)),
      'main.json',
    );
    expect(files.name).toBe('all #1');
    expect(await readText(files, 'more/a%20.txt', 'test')).toBe('all #1/more/a%20.txt');
    expect(await readText(files, 'x/../../all #1/./main.json', 'test')).toBe('all #1/main.json');
    expect(await files.open('a%20.txt')).toBeUndefined();
    expect(files.whyAbsent('a%20.txt')).toMatch(/^only all #1\/x\/main\.json, /);
  });

  it('finds files that were dropped one by one by their names', async () => {
    const files = folderOfPickedFiles([picked('main.json'), picked('a.txt')], 'main.json');
    expect(files.name).toBe('the picked files');
    expect(await readText(files, 'more/a.txt', 'test')).toBe('a.txt');
  });

  it('reads pieces of a file, and refuses to read past its end', async () => {
    const file = picked('main.json', '0123456789');
    let read = 0;
    const slice = file.slice.bind(file);
    file.slice = (begin = 0, end = 0) => {
      read += end - begin;
      return slice(begin, end);
    };
    const source = await folderOfPickedFiles([file], 'main.json').open('main.json');
    expect(new TextDecoder().decode(await source?.read(2, 5))).toBe('234');
    expect([source?.size, read]).toEqual([10, 3]);
    await expect(source?.read(8, 12)).rejects.toThrow(
      '@kaleido/foundation: cannot read main.json, found "2 bytes of 4"; it may have changed since: pick the files again',
    );
  });
});
