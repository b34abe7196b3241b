// First of all, and before anything that an old Node could not load.
import '@kaleido/foundation/require-node';

await import('./command.ts');
