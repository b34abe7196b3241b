import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * One Jest configuration for every package, ESM. A package's own files are the TypeScript sources; its imports of
 * other packages, its worker threads and its child processes are their builds, brought up to date first.
 */
export default {
  testEnvironment: 'node',
  globalSetup: `${root}tooling/jest/build-first.mjs`,
  testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      `${root}node_modules/@swc/jest`,
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
  reporters: ['default', `${root}tooling/jest/count-reporter.mjs`],
  // A software adapter on a busy machine takes its minutes; what hangs is found all the same.
  testTimeout: 300_000,
  passWithNoTests: true,
};
