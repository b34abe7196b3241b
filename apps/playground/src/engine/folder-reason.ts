import { withoutPackage } from './without-package.ts';

/** From the pipeline's own words to a line for visitors who have picked a folder; a file's name stands for `$1`. */
const lines: readonly (readonly [words: RegExp, line: string])[] = [
  [/cannot read config\.json/, 'It has no config.json.'],
  [/cannot read (?:\S*\/)?(model\.safetensors)/, 'It has no $1.'],
  [/has no vocabulary/, 'It has no vocab.txt.'],
  [/does not say how photographs become features/, 'It has no preprocessor.json.'],
  [/([\w.-]+) is of a later version/, '$1 is of a later version than this page reads.'],
  [/configuration is wrong/, 'Its config.json is of another version of the model, or was changed.'],
  [/must have the shape/, 'Its config.json and its weights do not belong together.'],
  [/([\w.-]+) is not (?:JSON|a sound safetensors file)/, '$1 is damaged. Copy it again.'],
];

/**
 * Why a model folder of the visitor could not be opened.
 * @param reason the engine's own words, for programmers
 */
export function folderReason(reason: string): string {
  for (const [words, line] of lines) {
    const found = words.exec(reason);
    if (found !== null) return line.replace('$1', found[1] ?? '');
  }
  return withoutPackage(reason);
}
