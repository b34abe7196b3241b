import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { allowedImports, everybodysPackages, tensorFlowPackage } from './allowed-imports.mjs';
import { findCircles } from './find-circles.mjs';
import { readImports } from './read-imports.mjs';

const dependencyKinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/**
 * Checks every import and declared dependency of the packages, apps and tools under a root against the table.
 * Test files are checked too, except that they may import values of `(types)` entries. Files must not import each other
 * in a circle, types included: two files that need each other cannot be understood, moved or tested separately.
 * @param {string} root
 * @returns {{ problems: { file: string, line: number, imported: string, rule: string }[], files: number, imports: number }}
 */
export function checkFloors(root, table = allowedImports) {
  const homes = ['packages', 'apps', 'tooling'].flatMap((group) => readHomes(root, group));
  const byName = new Map(homes.map((home) => [home.name, home]));
  const problems = [];
  let files = 0;
  let imports = 0;
  for (const home of homes) {
    const report = (file, line, imported, rule) => problems.push({ file: relative(root, file), line, imported, rule });
    if (home.group === 'packages' && !Object.hasOwn(table, home.folder))
      report(
        home.manifestPath,
        1,
        home.name,
        `packages/${home.folder} has no row in tooling/floors/allowed-imports.mjs`,
      );
    for (const { name, line } of declaredDependencies(home)) {
      const rule = ruleAgainst(home, name, { isType: true, isTest: false }, byName, table);
      if (rule) report(home.manifestPath, line, name, rule);
    }
    const paths = sourceFiles(home.path);
    const links = new Map(paths.map((path) => [path, []]));
    for (const file of paths) {
      files++;
      const isTest = /\.test\.[mc]?[tj]sx?$/.test(file) || file.startsWith(join(home.path, 'test') + sep);
      for (const { specifier, line, isType } of readImports(readFileSync(file, 'utf8'), file)) {
        imports++;
        const rule = specifier.startsWith('.')
          ? ruleAgainstPath(home, resolve(dirname(file), specifier))
          : ruleAgainst(home, specifier, { isType, isTest }, byName, table);
        if (rule) report(file, line, specifier, rule);
        const target = resolve(dirname(file), specifier);
        if (specifier.startsWith('.') && links.has(target)) links.get(file).push({ target, specifier, line });
      }
    }
    for (const circle of findCircles(new Map([...links].map(([file, to]) => [file, to.map(({ target }) => target)])))) {
      const [first, second = first] = circle;
      const { specifier, line } = links.get(first).find(({ target }) => target === second);
      const names = [...circle, first].map((path) => relative(home.path, path));
      report(first, line, specifier, `a circle of imports: ${names.join(' -> ')}`);
    }
  }
  return { problems, files, imports };
}

function readHomes(root, group) {
  const folder = join(root, group);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'package.json')))
    .map((name) => {
      const path = join(folder, name);
      const manifestPath = join(path, 'package.json');
      const manifestText = readFileSync(manifestPath, 'utf8');
      const manifest = JSON.parse(manifestText);
      return { group, folder: name, path, manifestPath, manifestText, manifest, name: manifest.name };
    });
}

function declaredDependencies({ manifest, manifestText }) {
  const lines = manifestText.split('\n');
  return dependencyKinds
    .flatMap((kind) => Object.keys(manifest[kind] ?? {}))
    .map((name) => ({ name, line: lines.findIndex((line) => line.trim().startsWith(`"${name}":`)) + 1 }));
}

function sourceFiles(folder) {
  return ['src', 'test', 'scripts', 'benchmarks']
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.[mc]?[tj]sx?$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name)),
    )
    .filter((path) => !path.split(sep).includes('fixtures'))
    .sort();
}

/** The rule that an import of a package breaks, or undefined. */
function ruleAgainst(home, specifier, { isType, isTest }, byName, table) {
  const [scope, second] = specifier.split('/');
  if (scope === '@tensorflow' && !(home.group === 'packages' && home.folder === tensorFlowPackage))
    return `only packages/${tensorFlowPackage} may import TensorFlow.js`;
  const name = scope.startsWith('@') ? `${scope}/${second}` : scope;
  const target = byName.get(name);
  if (!target || target === home)
    return scope === '@kaleido' && !target ? 'there is no such package in this repository' : undefined;
  if (target.group === 'apps') return 'nothing may import an app; what two apps need belongs in a package';
  if (target.group === 'tooling') return 'nothing may import a tool';
  const subpaths = Object.keys(target.manifest.exports ?? {});
  if (!subpaths.includes(`.${specifier.slice(name.length)}`))
    return `a deep import: ${name} exports ${subpaths.join(', ') || 'nothing'}`;
  // Each ground-floor package may import only those before it.
  const place = everybodysPackages.indexOf(home.folder);
  const open = place < 0 ? everybodysPackages : everybodysPackages.slice(0, place);
  if (home.group !== 'packages' || open.includes(target.folder)) return undefined;
  const row = table[home.folder];
  if (!row || row.includes(target.folder)) return undefined;
  if (row.includes(`${target.folder} (types)`))
    return isType || isTest
      ? undefined
      : `packages/${home.folder} may import types alone from ${target.folder}: use 'import type'`;
  return `packages/${home.folder} may import ${[...open, ...row].join(', ') || 'no package'}`;
}

/** The rule that a relative import breaks, or undefined. */
function ruleAgainstPath(home, path) {
  return path.startsWith(home.path + sep)
    ? undefined
    : `a relative import that leaves ${home.group}/${home.folder}: use the package's name`;
}
