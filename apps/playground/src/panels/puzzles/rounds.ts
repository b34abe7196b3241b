import { type ReadonlySignal, signal } from '@preact/signals';
import { isPlayed, type PlayedKind, puzzleTexts } from './puzzle-kinds.ts';

/** A puzzle that the visitor has answered. */
export interface Round {
  /** Names the puzzle: kind, photograph, caption and seed. */
  readonly key: string;
  readonly kind: PlayedKind;
  readonly truth: number;
  readonly visitor: number;
  /** Absent until the model has answered. */
  readonly model?: number;
}

export interface Score {
  readonly visitor: number;
  readonly model: number;
  /** Puzzles that both have answered. */
  readonly played: number;
}

/** Right answers of both. A puzzle counts when both have answered it. */
export function scoreOf(rounds: readonly Round[], kind?: PlayedKind): Score {
  const counted = rounds.filter((round) => round.model !== undefined && (kind === undefined || round.kind === kind));
  return {
    visitor: counted.filter(({ visitor, truth }) => visitor === truth).length,
    model: counted.filter(({ model, truth }) => model === truth).length,
    played: counted.length,
  };
}

/** The rounds with this one in the place of its older version. The oldest are forgotten. */
export function withRound(rounds: readonly Round[], round: Round, most = mostRounds): readonly Round[] {
  return [...rounds.filter(({ key }) => key !== round.key), round].slice(-most);
}

/** Reads what was kept; what is damaged is left out. */
export function parseRounds(text: string | null): readonly Round[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? parsed.filter(isRound) : [];
  } catch {
    return [];
  }
}

function isRound(value: unknown): value is Round {
  if (typeof value !== 'object' || value === null) return false;
  const { key, kind, truth, visitor, model } = value as Partial<Record<keyof Round, unknown>>;
  return (
    typeof key === 'string' &&
    puzzleTexts.some((text) => text.kind === kind && isPlayed(text.kind)) &&
    Number.isInteger(truth) &&
    Number.isInteger(visitor) &&
    (model === undefined || Number.isInteger(model))
  );
}

/** More than anybody plays in one visit. */
const mostRounds = 500;
const keptAs = 'kaleido-puzzles';

const current = signal<readonly Round[]>(parseRounds(read()));

/** What was answered in this visit, the oldest first. */
export const rounds: ReadonlySignal<readonly Round[]> = current;

export function keepRound(round: Round): void {
  keep(withRound(current.value, round));
}

export function forgetRounds(): void {
  keep([]);
}

function keep(changed: readonly Round[]): void {
  current.value = changed;
  try {
    sessionStorage.setItem(keptAs, JSON.stringify(changed));
  } catch {
    // Without storage the score lasts until the page is closed.
  }
}

function read(): string | null {
  try {
    return sessionStorage.getItem(keptAs);
  } catch {
    return null;
  }
}
