import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const packages = ['apps', 'packages', 'tooling'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .map((name) => join(root, folder, name))
    .filter((path) => existsSync(join(path, 'package.json'))),
);

/** Runs a module as a Node of another version would. */
function runOn(version: string, module: string): { code: number | null; output: string } {
  const versions = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(versions)}`, module, '--help'],
    { encoding: 'utf8' },
  );
  return { code: status, output: `${stdout}${stderr}` };
}

describe('require-node', () => {
  const module = fileURLToPath(new URL('../dist/require-node.js', import.meta.url));

  it.each(['14.8.0', '18.20.4', '20.10.0', '20.18.3'])('ends on Node %s with one line', (version) => {
    expect(runOn(version, module)).toEqual({
      code: 1,
      output: `Node 20.19 or later is needed, and this is ${version}; install it from https://nodejs.org\n`,
    });
  });

  it.each(['20.19.0', '22.0.0', '24.1.0'])('says nothing on Node %s', (version) => {
    expect(runOn(version, module)).toEqual({ code: 0, output: '' });
  });

  it('requires the same version as every package.json', () => {
    for (const path of packages)
      expect(JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).engines).toEqual({ node: '>=20.19' });
  });

  const mains = packages.map((path) => join(path, 'src/main.ts')).filter(existsSync);
  it.each(mains.map((path) => [path.slice(root.length), path]))('comes first in %s', (_, path) => {
    const code = readFileSync(path, 'utf8').replaceAll(/^\/\/.*\n/gm, '');
    expect(code).toBe("import '@kaleido/foundation/require-node';\n\nawait import('./command.ts');\n");
  });

  it('finds the programs', () => {
    expect(mains.length).toBeGreaterThanOrEqual(8);
  });
});
