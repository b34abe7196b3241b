import type { CreateKaleidoOptions } from '../src/common.ts';

/** A small model that is created quickly. */
export const smallOptions: CreateKaleidoOptions = {
  captions: ['a red dress', 'a blue dress', 'a red shirt', 'a blue shirt'],
  preset: 'tiny',
  settings: { joint_size: 16, text_seq_len: 16 },
  extractor: {
    kind: 'joined',
    parts: [
      { kind: 'pixels', size: 4 },
      { kind: 'colours', bins: 2, cells: 0 },
    ],
  },
  foreground: { kind: 'background-colour', cutOut: true },
};
