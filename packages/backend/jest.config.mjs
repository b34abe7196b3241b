import preset from '../../tooling/jest/preset.mjs';

export default {
  ...preset,
  // The package's own imports are its sources too: from `dist` they would be second copies of its modules.
  moduleNameMapper: {
    '^#native$': '<rootDir>/src/native/open-native.ts',
    '^#platform$': '<rootDir>/src/platform/node.ts',
  },
};
