export { type Backend, type BackendPlace, backends, usesAllCores } from './backend-choice.ts';
export { countWork, type Work } from './count-work.ts';
export { createVariable } from './create-variable.ts';
export { hostValues } from './host-values.ts';
export { memory } from './memory.ts';
export type { AdamWOptions, AdamWState } from './operations/adam-w.ts';
export type { AttentionInputs, AttentionOutputs } from './operations/attention.ts';
export type { Activation } from './operations/linear.ts';
export { withComposedOperations } from './operations/run-fused.ts';
export * as ops from './operations.ts';
export { type Precision, precisions } from './precision.ts';
export { readAll } from './read-all.ts';
export { type BackendChoice, selectBackend } from './select-backend.ts';
export type { AbsentBackend, BackendSurvey, FoundBackend, GradientCheck, MatmulRate } from './survey/backend-survey.ts';
export { type SurveyOptions, surveyBackends } from './survey/survey-backends.ts';
export type { SelectedBackend } from './take-first.ts';
export {
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tf,
  type Variable,
} from './tensorflow.ts';
export { type Recording, recordForward, type ValueAndGradients, valueAndGradients } from './value-and-gradients.ts';
export { VectorTable, type VectorTableRows } from './vectors/vector-table.ts';
