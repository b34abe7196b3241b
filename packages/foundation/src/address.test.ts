import { describe, expect, it } from '@jest/globals';
import { isAddress, publicAddress } from './address.ts';

describe('isAddress', () => {
  it.each([
    ['https://host/a.csv', true],
    ['S3://bucket/a', true],
    ['shop/a.csv', false],
    ['C://shop/a.csv', false],
    ['a=b://c', false],
    ['', false],
  ])('%s: %s', (text, is) => {
    expect(isAddress(text)).toBe(is);
  });
});

describe('publicAddress', () => {
  it.each([
    ['https://user:secret@host:8080/a.csv', 'https://host:8080/a.csv'],
    ['https://user:se@cret@host/a@b.csv', 'https://host/a@b.csv'],
    ['https://host/a.csv?id=7&X-Amz-Signature=abc&X-Amz-Date=2026&page=2', 'https://host/a.csv?id=7&page=2'],
    ['https://host/a.csv?sv=2024&sig=abc&se=2026&sr=b&sp=r', 'https://host/a.csv'],
    ['https://host/a.csv?%74oken=abc&b=%zz', 'https://host/a.csv?b=%zz'],
    ['https://host/{a,b}-{0..3}.tar', 'https://host/{a,b}-{0..3}.tar'],
    ['shop/a.csv?token=abc', 'shop/a.csv?token=abc'],
  ])('%s', (text, shown) => {
    expect(publicAddress(text)).toBe(shown);
  });
});
