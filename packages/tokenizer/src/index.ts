export type { CutSide, PairStrategy } from './cut-windows.ts';
export type { EncodedCaption, EncodedPair } from './encoded-caption.ts';
export { joinSigns } from './join-signs.ts';
export { type NormalizationOptions, normalizeText } from './normalize-text.ts';
export { type OpenTokenizerOptions, openTokenizerFiles } from './open-tokenizer-files.ts';
export { sliceOffsets } from './slice-offsets.ts';
export {
  createTokenizer,
  type DecodeOptions,
  type EncodeOptions,
  type PairOptions,
  type Tokenizer,
  type TokenizerOptions,
  type WindowOptions,
} from './tokenizer.ts';
export { readTokenizerConfig, type TokenizerConfig, tokenizerConfigText } from './tokenizer-config.ts';
export { readTokenizerJson, type TokenizerJson } from './tokenizer-json.ts';
export { type TrainingOptions, trainWordPieceVocabulary } from './train-vocabulary.ts';
export { type SpecialTokenIds, specialTokens } from './vocabulary.ts';
