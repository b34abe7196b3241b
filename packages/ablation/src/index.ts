export { type Ablation, type AblationVariant, ablationJsonSchema, isAblation, parseAblation } from './ablation.ts';
export { ablationMarkdown } from './ablation-markdown.ts';
export { mergePatch } from './merge-patch.ts';
export { type FinishedRuns, summariseAblation } from './summarise-ablation.ts';
