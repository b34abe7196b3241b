import { describe, expect, it } from '@jest/globals';
import { fetchReason } from './fetch-reason.ts';

const failed = (cause?: unknown): Error => new TypeError('fetch failed', { cause });
const coded = (code: unknown, message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { code });

describe('fetchReason', () => {
  it.each<[string, unknown, string]>([
    ['a code', failed(coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9')), 'ECONNREFUSED'],
    ['words without a code', failed(new Error('no byte for 60 s')), 'no byte for 60 s'],
    [
      "a proxy's refusal, below a code that is no text",
      failed(coded(0, 'Request was cancelled.', coded('UND_ERR_ABORTED', 'Proxy response (403) !== 200'))),
      'Proxy response (403) !== 200',
    ],
    ['an error without a cause', failed(), 'fetch failed'],
  ])('gives %s', (_, error, reason) => {
    expect(fetchReason(error)).toBe(reason);
  });
});
