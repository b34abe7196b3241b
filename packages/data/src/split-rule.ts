import { KaleidoError } from '@kaleido/foundation';

/**
 * How rows are shared out to splits. `own`: as the files say, or a column; it is refused where the data has no splits.
 * `none`: all rows are in one split, `all`. `hash`: by a seeded hash of the product.
 */
export type SplitRule =
  | { readonly kind: 'own' }
  | { readonly kind: 'none' }
  | { readonly kind: 'hash'; readonly seed: number; readonly validation: number; readonly test: number };

/** A tenth for validation: enough for 101 candidates from 1,000 products on, our own choice. */
export const defaultHashSplit: Extract<SplitRule, { kind: 'hash' }> = {
  kind: 'hash',
  seed: 0,
  validation: 0.1,
  test: 0,
};

/** A rule, and the column if it is one. */
export interface ChosenSplits {
  readonly rule: SplitRule;
  readonly column?: string;
}

/**
 * Reads a rule as users write it: `file`, `none`, `column=NAME`, `hash`, or `hash:seed=1,validation=0.1,test=0.1`.
 * @throws KaleidoError for anything else
 */
export function parseSplitRule(text: string): ChosenSplits {
  if (text === 'file') return { rule: { kind: 'own' } };
  if (text === 'none') return { rule: { kind: 'none' } };
  const column = /^column=(.+)$/.exec(text)?.[1];
  if (column !== undefined) return { rule: { kind: 'own' }, column };
  const shares = /^hash(?::(.*))?$/.exec(text);
  if (shares === null) throw refuse(text);
  const rule = { ...defaultHashSplit };
  for (const part of (shares[1] ?? '').split(',').filter((one) => one !== '')) {
    const [name = '', value = ''] = part.split('=');
    const number = Number(value);
    if (value === '' || !Number.isFinite(number) || number < 0) throw refuse(text);
    if (name === 'seed') rule.seed = number;
    else if (name === 'validation' || name === 'test') rule[name] = number;
    else throw refuse(text);
  }
  if (!Number.isSafeInteger(rule.seed) || rule.validation + rule.test >= 1) throw refuse(text);
  return { rule };
}

/** A rule as users write it, with all of its numbers. */
export function formatSplitRule({ rule, column }: ChosenSplits): string {
  if (column !== undefined) return `column=${column}`;
  if (rule.kind !== 'hash') return rule.kind === 'own' ? 'file' : 'none';
  return `hash:seed=${rule.seed},validation=${rule.validation},test=${rule.test}`;
}

function refuse(found: string): KaleidoError {
  return new KaleidoError({
    source: 'data',
    problem: 'cannot read the rule for splits',
    found,
    advice:
      'write file, column=NAME, none, hash, or hash:seed=1,validation=0.1,test=0.1; what is not in these two is for training',
  });
}
