export {
  evaluateForeground,
  type ForegroundFigures,
  intersectionOverUnion,
} from './evaluate-foreground.ts';
export { type ForegroundResult, type RunForegroundOptions, runForeground } from './run-foreground.ts';
