const marker: symbol = Symbol.for('@kaleido/error');

/**
 * Errors that a program may handle: a lost device can be opened again, a batch that does not fit can be made smaller.
 * Most errors are only for readers and have no kind.
 */
export type KaleidoErrorKind = 'device-lost' | 'out-of-memory';

/** The parts of every error message of this project: what was wrong, the value found, what to do. */
export interface KaleidoErrorDetails {
  /** The package that throws it, without the scope: `model` gives `@kaleido/model: ...`. */
  readonly source: string;
  /** What was wrong, as a sentence without its full stop. */
  readonly problem: string;
  /** The value found; shown as JSON, cut after 200 characters. Omit if there is none. */
  readonly found?: unknown;
  /** What the reader can do about it. */
  readonly advice?: string;
  readonly kind?: KaleidoErrorKind;
  readonly cause?: unknown;
}

/**
 * The error that every Kaleido package throws for a mistake of the caller or in a file.
 * Recognise it with `KaleidoError.isInstance`, which works across copies of this package.
 */
export class KaleidoError extends Error {
  override readonly name = 'KaleidoError';
  readonly source: string;
  readonly problem: string;
  readonly found: unknown;
  readonly advice: string | undefined;
  readonly kind: KaleidoErrorKind | undefined;

  constructor(details: KaleidoErrorDetails) {
    super(format(details), details.cause === undefined ? undefined : { cause: details.cause });
    Object.defineProperty(this, marker, { value: true });
    this.source = details.source;
    this.problem = details.problem;
    this.found = details.found;
    this.advice = details.advice;
    this.kind = details.kind;
  }

  static isInstance(error: unknown): error is KaleidoError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}

function format({ source, problem, found, advice }: KaleidoErrorDetails): string {
  const value = found === undefined ? '' : `, found ${show(found)}`;
  return `@kaleido/${source}: ${problem}${value}${advice === undefined ? '' : `; ${advice}`}`;
}

function show(value: unknown): string {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : asJson(value);
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

/** An error must not fail on the value that it shows: cyclic objects, nested bigints and the like are shown by type. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
