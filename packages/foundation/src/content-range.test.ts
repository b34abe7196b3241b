import { describe, expect, it } from '@jest/globals';
import { contentRange } from './content-range.ts';

describe('contentRange', () => {
  it.each<[string | undefined, ReturnType<typeof contentRange>]>([
    ['bytes 5-9/20', { start: 5, end: 10, size: 20 }],
    ['bytes 0-0/*', { start: 0, end: 1, size: undefined }],
    ['bytes */20', undefined],
    ['items 5-9/20', undefined],
    ['bytes 5-9/2000000000000000000', undefined],
    ['bytes 5-9/20, bytes 12-13/20', undefined],
    [undefined, undefined],
  ])('of %s', (header, range) => {
    expect(contentRange(new Headers(header === undefined ? {} : { 'content-range': header }))).toEqual(range);
  });
});
