import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * One Jest configuration for every package, ESM. A package's own files are TypeScript sources. Its imports of other
 * packages, worker threads and child processes run from builds, which are updated first.
 */
export default {
  testEnvironment: 'node',
  globalSetup: `${root}tooling/jest/build-first.mjs`,
  testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      `${root}tooling/jest/fast-globals.mjs`,
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
  reporters: ['default', `${root}tooling/jest/count-reporter.mjs`],
  // A software adapter on a busy machine takes minutes; a hanging test still times out.
  testTimeout: 300_000,
  passWithNoTests: true,
};
