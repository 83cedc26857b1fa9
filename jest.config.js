import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { ruleTests } from './infra/local/test/rule-tests.mjs';
import serviceList from './services.json' with { type: 'json' };

const root = import.meta.dirname;

/** Types are only stripped here; `npm run typecheck` checks those of all tests at once. */
const swc = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

/** Three packages need it too: httpxy and temporal-polyfill are ES modules, and mongodb loads one module by a dynamic import. */
function transformWith(options) {
  return { '\\.(ts|mjs)$|/runtime_adapters\\.js$|/temporal-.*\\.js$': ['@swc/jest', options] };
}

const environment = {
  customExportConditions: ['source', 'node', 'require', 'default'],
  globalsCleanup: 'on', // the default keeps what a file put there, and warns when a late callback reads it
};
/** Which files run in groups. All files of a group are loaded before its first test, so they start nothing while they load. */
const groupsOf = (files, count = availableParallelism()) => ({
  testEnvironmentOptions: { ...environment, inGroups: { files, count } },
});
/** The long files stay alone, and there are more groups than cores: none should still run when everything else has ended. */
const systemGroupsBut = (long) => groupsOf(`/e2e/(?!\\w+/(${long})\\.test)`, availableParallelism() + 1);

function project(displayName, folder, options) {
  return {
    displayName,
    rootDir: join(root, folder),
    testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
    testEnvironment: 'node',
    testEnvironmentOptions: environment,
    runner: `${root}/infra/local/test/group-runner.mjs`,
    transform: transformWith(swc),
    transformIgnorePatterns: ['/node_modules/(?!httpxy/|temporal-|mongodb/lib/runtime_adapters)'],
    modulePathIgnorePatterns: ['<rootDir>/.*/?(dist|\\.next|\\.local)/'],
    setupFilesAfterEnv: [`${root}/infra/local/test/setup.ts`],
    restoreMocks: true,
    ...options,
  };
}

/** One mongod, redis-server and nats-streaming-server for the whole run; TEST_MONGO_URI and its like have their addresses. */
const onServers = {
  globalSetup: `${root}/infra/local/test/start-servers.mjs`,
  globalTeardown: `${root}/infra/local/test/stop-servers.mjs`,
};

/** One shop for the files that neither change its processes nor need its stores for themselves; it starts when one wants it. */
const onSharedShop = {
  globalSetup: `${root}/infra/local/test/start-shared-shop.mjs`,
  globalTeardown: `${root}/infra/local/test/stop-shared-shop.mjs`,
};

export const services = ['common', ...Object.keys(serviceList)];
const rules = ruleTests(root, services);

/** The tests of one package that need the servers: all but those of the project `rules`. */
function onServersOnly(name) {
  const own = rules.filter((file) => file.startsWith(`${root}/${name}/`));
  return project(name, name, {
    ...onServers,
    // The files of the buses wait most of their time, and several do so at once.
    ...groupsOf(name === 'common' ? '/common/src/(store|http|ops)/' : '.'),
    testPathIgnorePatterns: ['/node_modules/', ...own.map((file) => `^${escaped(file)}$`)],
  });
}

/**
 * The tests of all packages that start nothing; RULES_OF narrows them to some packages. Only imports that a test uses
 * are evaluated: `@ticketing/common` brings Mongoose, Express and the brokers' clients, which few rules need.
 */
function rulesOnly() {
  const packages = process.env.RULES_OF?.split(',') ?? services;
  return project('rules', '.', {
    roots: services.map((name) => `<rootDir>/${name}`),
    testMatch: rules.filter((file) => packages.some((name) => file.startsWith(`${root}/${name}/`))),
    transform: transformWith({ ...swc, module: { ...swc.module, lazy: lazyImports() } }),
    globalSetup: `${root}/infra/local/test/test-key.mjs`,
    ...groupsOf('.'),
  });
}

function lazyImports() {
  const { dependencies } = JSON.parse(readFileSync(`${root}/common/package.json`, 'utf8'));
  // An import is lazy where its text is in the list: of a file beside, below or beside the folder above.
  const modules = readdirSync(`${root}/common/src`, { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [`./${file}`, `../${file}`, `./${basename(file)}`]);
  return ['@ticketing/common', ...Object.keys(dependencies), ...new Set(modules)];
}

function escaped(path) {
  return path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

export default {
  // Tests of the services wait more than they compute, those of the buses six sevenths of their time, so several
  // processes more than cores finish sooner.
  maxWorkers: availableParallelism() + 8,
  testSequencer: `${root}/infra/local/test/longest-first.mjs`,
  projects: [
    rulesOnly(),
    ...services.map(onServersOnly),
    project('stripe', 'infra/stripe', groupsOf('.')),
    project('local', 'infra/local', groupsOf('.')),
    project('k8s', 'infra/k8s', { ...groupsOf('.'), testMatch: ['<rootDir>/**/*.test.ts'] }),
    project('e2e', 'e2e', {
      ...onSharedShop,
      ...systemGroupsBut('crashing|faults|model|timeline'),
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/browser/'],
    }),
    project('browser', 'e2e', {
      ...onSharedShop,
      ...systemGroupsBut('expiring|failures|languages|pages'),
      testMatch: ['<rootDir>/browser/**/*.test.ts'],
    }),
  ],
};
