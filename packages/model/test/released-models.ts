import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folderOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What the released code computes, run under TensorFlow 2.15.1; tolerances are those of golden/model/README.md. */
export const releasedFixtures: string = folderOf('fixtures/released/');

const shared = folderOf('../../../../shared/golden/model/');

/** Two small models of the released code: one is part of this repository. */
export const releasedModels: readonly { readonly name: string; readonly folder: string; readonly absent: boolean }[] = [
  { name: 'tiny-a', folder: `${releasedFixtures}tiny-a`, absent: false },
  existsSync(shared)
    ? { name: 'tiny-b', folder: `${shared}tiny-b`, absent: false }
    : { name: 'tiny-b (skipped: ../shared/golden is absent)', folder: '', absent: true },
];
