import { decodeSafetensors, encodeSafetensors, KaleidoError, parseJson } from '@kaleido/foundation';
import {
  assertCaptionerWeights,
  restoreCaptionerWeights,
  storeCaptionerWeights,
} from '../show-attend-tell/captioner-weights.ts';
import { showAttendTellConfig } from '../show-attend-tell/show-attend-tell-config.ts';
import type { FittedCaptioner } from './fitted-captioner.ts';

/** A fitted captioner as one file. */
export function encodeCaptioner({ config, weights }: FittedCaptioner): Uint8Array {
  return encodeSafetensors(storeCaptionerWeights(config, weights), {
    kind: 'captioner',
    config: JSON.stringify(config),
  });
}

/**
 * @param name of the file, for errors
 * @throws KaleidoError for another file, or a damaged one
 */
export function decodeCaptioner(content: Uint8Array, name: string): FittedCaptioner {
  const file = decodeSafetensors(content, name);
  const { kind, config: said } = file.metadata;
  if (kind !== 'captioner' || said === undefined)
    throw new KaleidoError({
      source: 'alignment',
      problem: `${name} does not hold a fitted captioner, or is damaged`,
      found: Object.keys(file.metadata),
      advice: 'delete it, and run the command that made it again',
    });
  const config = showAttendTellConfig(parseJson(said, { source: 'alignment', name }));
  const weights = restoreCaptionerWeights(config, file);
  assertCaptionerWeights(config, weights);
  return { config, weights };
}
