// Not run: `pnpm check-types` fails where a line below an expectation compiles.
import type { Tensor } from '../src/index.ts';
import { absent, type FusedKernelTable } from '../src/operations/fused-kernel-table.ts';
import { hasFused, runFused } from '../src/operations/run-fused.ts';

export function mistakenCalls(x: Tensor): unknown[] {
  return [
    // @ts-expect-error A misspelt name.
    hasFused('layerNrom'),
    // @ts-expect-error A misspelt name.
    runFused('geluGradeint', { gradient: x, x }, {}),
    // @ts-expect-error A missing input.
    runFused('layerNorm', { x, gamma: x }, { epsilon: 1e-12 }),
    // @ts-expect-error A misspelt input.
    runFused('gelu', { y: x }, {}),
    // @ts-expect-error A missing attribute.
    runFused('layerNorm', { x, gamma: x, beta: x }, {}),
    // @ts-expect-error An attribute where there are none.
    runFused('gelu', { x }, { epsilon: 1e-12 }),
    // @ts-expect-error One output, taken for several.
    runFused('gelu', { x }, {})[0],
    // @ts-expect-error Three outputs, taken for four.
    runFused('layerNorm', { x, gamma: x, beta: x }, { epsilon: 1e-12 })[3],
  ];
}

export function mistakenTables(noKernels: FusedKernelTable<number>): FusedKernelTable<number>[] {
  const { gelu: _, ...withoutGelu } = noKernels;
  // @ts-expect-error A kernel that is neither present nor marked absent.
  const missing: FusedKernelTable<number> = withoutGelu;
  // @ts-expect-error A misspelt name.
  const misspelt: FusedKernelTable<number> = { ...noKernels, geluGradeint: absent('misspelt') };
  // @ts-expect-error A kernel that returns three tensors where there is one.
  const shaped: FusedKernelTable<number> = { ...noKernels, gelu: (_, { x }) => [x, x, x] };
  // @ts-expect-error A kernel that reads an input which it is not given.
  const greedy: FusedKernelTable<number> = { ...noKernels, gelu: (_, { gradient }) => gradient };
  return [missing, misspelt, shaped, greedy];
}
