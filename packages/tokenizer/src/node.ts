export { openTokenizer, saveTokenizer } from './open-tokenizer.ts';
export type { OpenTokenizerOptions } from './open-tokenizer-files.ts';
