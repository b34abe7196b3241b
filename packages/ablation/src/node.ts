export { type AblationPlan, type PlannedVariant, planAblation } from './plan-ablation.ts';
export { readAblation } from './read-ablation.ts';
export { type AblationResult, type RunAblationOptions, runAblation } from './run-ablation.ts';
