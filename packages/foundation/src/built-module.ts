/**
 * The URL of a module of a package, for a worker thread. Tests run the TypeScript sources, which a worker of Node 20 cannot
 * run: from these it is the URL of the built module.
 * @param name of the module under the package's `src`, without its extension
 * @param from `import.meta.url` of a module directly under `src`
 */
export function builtModule(name: string, from: string): URL {
  return new URL(from.endsWith('.ts') ? `../dist/${name}.js` : `./${name}.js`, from);
}
