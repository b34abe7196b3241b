import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** Files that users of the package do not need. */
const unwanted = [
  ['a build record of TypeScript', /\.tsbuildinfo$/],
  ['a test', /\.test\.[mc]?[tj]sx?$/],
  ['a file of the tests', /(^|\/)(test|tests|fixtures|test-results)\//],
  ['a file of development', /(^|\/)(scripts|benchmarks|jest\.config\.mjs|tsconfig[^/]*\.json|node_modules)(\/|$)/],
];

/** Files that every package needs. */
const wanted = ['LICENSE', 'README.md', 'package.json'];

/**
 * Finds problems in the published files of a package.
 * @param {string} folder the unpacked tarball
 * @returns {string[]} one line per problem
 */
export function checkPackageFiles(folder) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  const problems = wanted.filter((name) => !paths.includes(name)).map((name) => `${name} is missing`);
  for (const path of paths) {
    const kind = unwanted.find(([, pattern]) => pattern.test(path));
    if (kind) problems.push(`${path} is ${kind[0]}`);
    if (!path.endsWith('.map')) continue;
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(folder, path), 'utf8'));
    for (const [i, source] of sources.entries())
      if (typeof sourcesContent?.[i] !== 'string' && !existsSync(resolve(folder, dirname(path), source)))
        problems.push(
          `${path} points to ${source}, which the package does not hold; where that source was removed, delete dist and build again`,
        );
  }
  return problems;
}
