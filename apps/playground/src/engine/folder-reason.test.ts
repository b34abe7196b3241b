import { expect, it } from '@jest/globals';
import { folderReason } from './folder-reason.ts';

it.each([
  [
    'runs/model.safetensors is not a sound safetensors file: it is shorter, found "5 bytes"',
    'model.safetensors is damaged',
  ],
  ['run/config.json is not JSON, found "x"; copy the file again', 'config.json is damaged'],
  ['cannot read run/model.safetensors, and there is no model.safetensors.index.json', 'It has no model.safetensors.'],
  [
    'run/preprocessor.json is of a later version than this one reads, 1, found 99',
    'preprocessor.json is of a later version',
  ],
  ['tensor "a/b" must have the shape [5, 96], found "[5, 128]"', 'do not belong together'],
  ['@kaleido/pipeline: anything else', 'anything else'],
])('%s', (reason, line) => {
  expect(folderReason(reason)).toContain(line);
  expect(folderReason(reason)).not.toContain('@kaleido');
});
