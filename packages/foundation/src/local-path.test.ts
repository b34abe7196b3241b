import { pathToFileURL } from 'node:url';
import { expect, it } from '@jest/globals';
import { localPath } from './local-path.ts';

it('localPath takes paths as they are, and file: URLs as text or object', () => {
  const url = pathToFileURL('/a folder/b#1.png');
  expect([url, url.href, '/a folder/b#1.png', 'b%20c.png'].map(localPath)).toEqual([
    '/a folder/b#1.png',
    '/a folder/b#1.png',
    '/a folder/b#1.png',
    'b%20c.png',
  ]);
});
