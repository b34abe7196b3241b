import preset from '../../tooling/jest/preset.mjs';

export default {
  ...preset,
  // Resolves the package's imports of itself to its sources: `dist` would be a second copy of its modules.
  moduleNameMapper: {
    '^#native$': '<rootDir>/src/native/open-native.ts',
    '^#platform$': '<rootDir>/src/platform/node.ts',
  },
};
