import { KaleidoError } from '@kaleido/foundation';
import { type Backend, backends } from './backend-choice.ts';

export interface SelectedBackend {
  readonly name: Backend;
  /** One line: which backend was taken, and why no better one. */
  readonly description: string;
}

/** A backend that computes from now on, with what a line says after its name; or why it is passed over. */
export type Opening = { readonly note: string } | { readonly reason: string };

/** Takes the first of all backends, in their order, that opens; what opening throws is thrown. */
export async function takeFirst(open: (name: Backend) => Promise<Opening>): Promise<SelectedBackend> {
  /** Names by their reason: two that lack the same thing share a clause. */
  const passed = new Map<string, Backend[]>();
  for (const name of backends) {
    const opening = await open(name);
    if ('note' in opening) return { name, description: `${name}${opening.note}${clauses(passed)}` };
    passed.set(opening.reason, [...(passed.get(opening.reason) ?? []), name]);
  }
  throw new KaleidoError({
    source: 'backend',
    problem: `no backend is to be had${clauses(passed)}`,
    advice: 'ask for one by name to hear what to install',
  });
}

function clauses(passed: ReadonlyMap<string, readonly Backend[]>): string {
  if (passed.size === 0) return '';
  return ` (${[...passed].map(([reason, names]) => `no ${names.join(', ')}: ${reason}`).join('; ')})`;
}
