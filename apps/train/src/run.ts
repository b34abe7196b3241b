import type { RunListeners } from '@kaleido/runs';

/** Runs to the end and returns its closing text; undefined if it was stopped. */
export type Run = (listeners: RunListeners & { readonly signal: AbortSignal }) => Promise<string | undefined>;
