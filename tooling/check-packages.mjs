// Packs every public package as for npm, and checks the tarballs: `pnpm check-packages`, after a build.
// Checks their files, `publint --strict`, and `attw` (whether the types match the JavaScript, for ESM).
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { checkPackageFiles } from './packages/check-package-files.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules', '.bin', name);
// pnpm sets its path in the environment of its scripts; `node tooling/check-packages.mjs` needs it on the PATH.
const pnpm = process.env.npm_execpath?.includes('pnpm') ? [process.execPath, process.env.npm_execpath] : ['pnpm'];

const folder = await mkdtemp(join(tmpdir(), 'kaleido-packages-'));
try {
  const pack = ['--filter', './packages/*', 'pack', '--json', '--pack-destination', folder];
  const { stdout } = await run(pnpm[0], [...pnpm.slice(1), ...pack], { cwd: root, maxBuffer: 2 ** 26 });
  const tarballs = JSON.parse(stdout.slice(stdout.indexOf('[')));
  const queue = [...tarballs];
  const faulty = [];
  const [together] = JSON.parse(await readFile(join(root, '.changeset', 'config.json'), 'utf8')).fixed;
  for (const { name } of tarballs)
    if (!together.includes(name)) {
      faulty.push(name);
      console.error(`${name}: all public packages carry one version; add it to "fixed" in .changeset/config.json`);
    }
  const check = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const problems = await problemsOf(next.filename);
      if (problems.length > 0) faulty.push(next.name);
      for (const problem of problems) console.error(`${next.name}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, check));
  console.log(`check-packages: ${tarballs.length} packages, ${faulty.length} with problems`);
  process.exitCode = faulty.length > 0 || tarballs.length === 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true });
}

async function problemsOf(tarball) {
  const unpacked = join(folder, basename(tarball, '.tgz'));
  await mkdir(unpacked);
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', unpacked]);
  return [
    ...checkPackageFiles(unpacked),
    ...(await complaint('publint', ['run', tarball, '--strict'])),
    // Packages are ESM only: `require` and the module resolution of old TypeScript versions are not checked.
    ...(await complaint('attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color', '--format', 'ascii'])),
  ];
}

async function complaint(tool, args) {
  try {
    await run(bin(tool), args, { cwd: root });
    return [];
  } catch ({ stdout = '', stderr = '', message }) {
    return [`${tool}: ${stripVTControlCharacters(`${stdout}${stderr}`.trim() || message)}`];
  }
}
