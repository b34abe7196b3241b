import { describe, expect, it } from '@jest/globals';
import { repeatedKey } from './index.ts';

describe('repeatedKey', () => {
  it.each([
    ['{ "a": 1, "b": 2, "a": 3 }', 'a'],
    ['{ "a": { "b": [0, { "c": 1, "\\u0063": 2 }] } }', 'a.b.1.c'],
    ['[[{}, {}], { "a b": null, "x": {}, "a b": [] }]', '1.a b'],
    ['{ "a": { "a": 1 }, "b": { "a": "a" }, "c": ["a", "a"], "d": "{\\"a\\": 1, \\"a\\": 2}" }', undefined],
    ['{ "": 1, "": 2 }', ''],
    ['"a"', undefined],
    ['{}', undefined],
  ])('of %s is %j', (json, path) => {
    expect(repeatedKey(json)).toBe(path);
  });
});
