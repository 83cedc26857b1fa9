import { execFileSync } from 'node:child_process';
import { SearchSource } from 'jest';
import { root } from '../src/system.ts';

type Config = {
  displayName: string;
  rootDir: string;
  roots?: string[];
  testMatch: string[];
  testPathIgnorePatterns?: string[];
};

// Node reads the configuration, as Jest does: it is not for the transforms of tests.
const read = `
  import root from './jest.config.js';
  import client from './client/jest.config.js';
  import { testFiles } from './infra/local/test/rule-tests.mjs';
  console.log(JSON.stringify({ configs: [...root.projects, client], files: testFiles('.') }));`;
const { configs, files } = JSON.parse(
  execFileSync(process.execPath, ['--input-type=module', '--eval', read], { cwd: root, encoding: 'utf8' }),
) as { configs: Config[]; files: string[] };

/** Each project's name, and whether Jest takes a file for one of its tests. */
const projects = configs.map(({ displayName, rootDir, ...config }) => {
  const inRoot = (paths: string[]) => paths.map((path) => path.replaceAll('<rootDir>', rootDir));
  const source = new SearchSource({
    config: {
      rootDir,
      roots: inRoot(config.roots ?? ['<rootDir>']),
      testMatch: inRoot(config.testMatch),
      testRegex: [],
      testPathIgnorePatterns: inRoot(config.testPathIgnorePatterns ?? ['/node_modules/']),
    },
  } as unknown as ConstructorParameters<typeof SearchSource>[0]);
  return { displayName, has: (file: string) => source.isTestFilePath(`${root}/${file}`) };
});

const projectsOf = (file: string) =>
  projects.filter(({ has }) => has(file)).map(({ displayName }) => displayName);

describe('the Jest projects', () => {
  it('run every test file in exactly one of them', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => projectsOf(file).length !== 1)).toEqual([]);
  });

  it.each([
    ['orders/src/purchase.test.ts', 'rules'],
    ['orders/src/routes/create-order.test.ts', 'orders'],
    ['payments/test/purchase.test.ts', 'payments'],
    ['common/src/money.test.ts', 'rules'],
    ['common/src/http.test.ts', 'common'],
    ['infra/k8s/test/routing.test.ts', 'k8s'],
    ['e2e/model/paths.test.ts', 'e2e'],
    ['e2e/browser/pages.test.ts', 'browser'],
    ['client/src/lib/money.test.ts', 'client'],
  ])('run %s in the project %s', (file, project) => {
    expect(projectsOf(file)).toEqual([project]);
  });
});
