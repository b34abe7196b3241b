import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

/** The modules of this package that a file imports at run time, directly or indirectly. */
function imports(file: URL, seen = new Set<string>()): Set<string> {
  const source = readFileSync(fileURLToPath(file), 'utf8');
  for (const [, specifier] of source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';/gm)) {
    const isOwn = specifier!.startsWith('.');
    const name = isOwn ? new URL(specifier!, file).href : specifier!;
    if (seen.has(name)) continue;
    seen.add(name);
    if (isOwn) imports(new URL(name), seen);
  }
  return seen;
}

describe('the entry for browsers', () => {
  it.each(['index.ts', 'browser.ts'])('needs no Node module and no native one: %s', (entry) => {
    const packages = [...imports(new URL(entry, import.meta.url))].filter((name) => !name.startsWith('file:'));
    // Each package of weights only exports a URL.
    const weights = ['@kaleido/mobilenet-v2-weights', '@kaleido/u2netp-weights'];
    const allowed = ['#resize-kernels', '@kaleido/backend', '@kaleido/foundation', '@kaleido/layout', ...weights];
    expect(packages.filter((name) => !allowed.includes(name))).toEqual([]);
  });
});
