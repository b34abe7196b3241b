// Checks every import against the table of allowed imports: `pnpm check-floors`.
import { fileURLToPath } from 'node:url';
import { checkFloors } from './floors/check-floors.mjs';

const { problems, files, imports } = checkFloors(fileURLToPath(new URL('..', import.meta.url)));
for (const { file, line, imported, rule } of problems)
  console.error(`${file}:${line}: import of '${imported}': ${rule}`);
console.log(`check-floors: ${imports} imports in ${files} files, ${problems.length} not allowed`);
process.exitCode = problems.length > 0 ? 1 : 0;
