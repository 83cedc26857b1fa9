const root = import.meta.dirname;

/** Types are only stripped here; `npm run typecheck` checks those of all tests at once. */
const swc = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

function project(displayName, folder, options) {
  return {
    displayName,
    rootDir: `${root}/${folder}`,
    testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
    testEnvironment: 'node',
    testEnvironmentOptions: { customExportConditions: ['source', 'node', 'require', 'default'] },
    // Two packages need it too: httpxy is an ES module, and mongodb loads one module by a dynamic import.
    transform: { '\\.(ts|mjs)$|/runtime_adapters\\.js$': ['@swc/jest', swc] },
    transformIgnorePatterns: ['/node_modules/(?!httpxy/|mongodb/lib/runtime_adapters)'],
    modulePathIgnorePatterns: ['<rootDir>/.*/?(dist|\\.next|\\.local)/'],
    setupFilesAfterEnv: [`${root}/infra/local/test/setup.ts`],
    restoreMocks: true,
    ...options,
  };
}

/** One mongod, redis-server and nats-streaming-server for the whole run, told in TEST_MONGO_URI and its like. */
const onServers = {
  globalSetup: `${root}/infra/local/test/start-servers.mjs`,
  globalTeardown: `${root}/infra/local/test/stop-servers.mjs`,
};

const services = ['common', 'auth', 'tickets', 'orders', 'payments', 'expiration'];

export default {
  projects: [
    ...services.map((name) => project(name, name, onServers)),
    project('stripe', 'infra/stripe'),
    project('local', 'infra/local'),
    project('k8s', 'infra/k8s', { testMatch: ['<rootDir>/**/*.test.ts'] }),
    project('e2e', 'e2e', {
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/browser/'],
    }),
    project('browser', 'e2e', { testMatch: ['<rootDir>/browser/**/*.test.ts'] }),
  ],
};
