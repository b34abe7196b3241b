export { type OpenTokenizerOptions, openTokenizer, saveTokenizer } from './open-tokenizer.ts';
