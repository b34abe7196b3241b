import { resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { dataFromUser } from './data-from-user.ts';

it('dataFromUser leaves an address as it is, and resolves a path', async () => {
  const folder = process.env.INIT_CWD ?? process.cwd();
  expect(await dataFromUser('https://host/{a,b}.tar')).toBe('https://host/{a,b}.tar');
  expect(await dataFromUser('shop/a.csv')).toBe(resolve(folder, 'shop/a.csv'));
});
