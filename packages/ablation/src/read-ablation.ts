import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { decodeText, KaleidoError } from '@kaleido/foundation';
import { parseRecipe } from '@kaleido/recipe-schema';
import { recipeValues } from '@kaleido/runs';
import { isAblation, parseAblation } from './ablation.ts';
import type { JsonObject } from './merge-patch.ts';
import { type AblationPlan, planAblation } from './plan-ablation.ts';

/**
 * Reads an ablation and its base recipe.
 * @throws KaleidoError for a file that cannot be read, that is not an ablation, and as `parseAblation` and `planAblation`
 */
export async function readAblation(path: string): Promise<AblationPlan> {
  const text = await textOf(path, 'pass the path of an ablation, e.g. recipes/ablation-atelier.json');
  const file = basename(path);
  if (!isAblation(text))
    throw new KaleidoError({
      source: 'ablation',
      problem: `${file} is not an ablation: its "kind" must be "ablation"`,
      advice: 'pass an ablation, e.g. recipes/ablation-atelier.json',
    });
  const ablation = parseAblation(text, file);
  if (typeof ablation.base !== 'string') return planAblation(ablation, ablation.base, file);
  const basePath = resolve(dirname(path), ablation.base);
  const base = await textOf(basePath, `correct "base" of ${file}: it is a path from that file`);
  parseRecipe(base, basename(basePath));
  const values = recipeValues(base, { name: basename(basePath), source: 'ablation' });
  return planAblation(ablation, values as JsonObject, file);
}

async function textOf(path: string, advice: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'ablation',
      problem: `cannot read ${path}`,
      found: cause.code ?? cause.message,
      advice,
      cause,
    });
  });
  return decodeText(bytes, { source: 'ablation', name: path });
}
