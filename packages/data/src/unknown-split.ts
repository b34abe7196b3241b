import { KaleidoError } from '@kaleido/foundation';

/** For a split that a catalogue does not have. @param known the splits that it has */
export function unknownSplit(name: string, split: string, known: readonly string[]): KaleidoError {
  return new KaleidoError({
    source: 'data',
    problem: `${name} has no such split`,
    found: split,
    advice: `take one of: ${known.join(', ')}${known.length === 1 ? '; or share it out with --splits hash' : ''}`,
  });
}
