const swc = {
  jsc: {
    parser: { syntax: 'typescript', tsx: true },
    transform: { react: { runtime: 'automatic' } },
    target: 'es2023',
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

/** Component tests. `npm run typecheck` checks types, and the browser tests in e2e cover async server components. */
const config = {
  displayName: 'client',
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/src/**/*.test.{ts,tsx}'],
  testEnvironment: 'jsdom',
  setupFilesAfterEnv: ['<rootDir>/test/setup.ts'],
  // temporal-polyfill is an ES module.
  transform: { '\\.tsx?$|/temporal-.*\\.js$': ['@swc/jest', swc] },
  transformIgnorePatterns: ['/node_modules/(?!temporal-)'],
  modulePathIgnorePatterns: ['<rootDir>/.next/'],
  restoreMocks: true,
};

export default config;
