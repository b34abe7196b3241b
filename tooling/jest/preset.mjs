import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One Jest configuration for every package: TypeScript sources as they are, ESM, no build needed between packages. */
export default {
  testEnvironment: 'node',
  // A package's own imports (`#native`) are its sources too.
  testEnvironmentOptions: { customExportConditions: ['@kaleido/source', 'node', 'node-addons'] },
  testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      `${root}node_modules/@swc/jest`,
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
  moduleNameMapper: {
    '^@kaleido/(mobilenet-v2-weights|u2netp-weights)$': `${root}packages/$1/index.js`,
    '^@kaleido/([^/]+)$': `${root}packages/$1/src/index.ts`,
    '^@kaleido/([^/]+)/node$': `${root}packages/$1/src/node.ts`,
  },
  reporters: ['default', `${root}tooling/jest/count-reporter.mjs`],
  // A software adapter on a busy machine takes its minutes; what hangs is found all the same.
  testTimeout: 300_000,
  passWithNoTests: true,
};
