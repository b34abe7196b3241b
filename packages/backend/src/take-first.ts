import { KaleidoError } from '@kaleido/foundation';
import { type Backend, backends } from './backend-choice.ts';

export interface SelectedBackend {
  readonly name: Backend;
  /** One line: the selected backend, and why no faster one. */
  readonly description: string;
}

/** A backend that is now selected, with the text after its name in the description; or why it was skipped. */
export type Opening = { readonly note: string } | { readonly reason: string };

/** Selects the first backend, in their order, that opens; rethrows what opening throws. */
export async function takeFirst(open: (name: Backend) => Promise<Opening>): Promise<SelectedBackend> {
  /** Names by reason: backends that lack the same thing share a clause. */
  const passed = new Map<string, Backend[]>();
  for (const name of backends) {
    const opening = await open(name);
    if ('note' in opening) return { name, description: `${name}${opening.note}${clauses(passed)}` };
    passed.set(opening.reason, [...(passed.get(opening.reason) ?? []), name]);
  }
  throw new KaleidoError({
    source: 'backend',
    problem: `no backend is available${clauses(passed)}`,
    advice: 'select one by name: its error says what to install',
  });
}

function clauses(passed: ReadonlyMap<string, readonly Backend[]>): string {
  if (passed.size === 0) return '';
  return ` (${[...passed].map(([reason, names]) => `no ${names.join(', ')}: ${reason}`).join('; ')})`;
}
