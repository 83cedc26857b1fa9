import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../src/system.ts';
import { jestRuns, parseTestArgs } from '../test-args.mjs';

const known = ['rules', 'common', 'orders', 'e2e', 'browser', 'client'];
const parse = (text: string) => parseTestArgs(text.split(' ').filter(Boolean), known);

describe('the words after npm test --', () => {
  it('choose every project when there are none', () => {
    expect(parse('')).toEqual({ projects: known, rest: [], isWatching: false });
  });

  it('are projects first, and Jest gets the rest', () => {
    expect(parse('orders create-order -t 409')).toMatchObject({
      projects: ['orders'],
      rest: ['create-order', '-t', '409'],
    });
    expect(parse('client orders').projects).toEqual(['orders', 'client']);
  });

  it('must begin with a project', () => {
    expect(parse('ordres').error).toMatch(/^There is no project ordres\.\nProjects: rules, common, orders,/);
    expect(parse('create-order orders').error).toContain('npm test -- orders create-order');
    expect(parse('-t 409').error).toMatch(/^Name a project before the options of Jest, such as -t\./);
  });

  it('can watch what one Jest runs', () => {
    expect(parse('orders --watch').isWatching).toBe(true);
    expect(parse('orders rules --watchAll').isWatching).toBe(true);
    expect(parse('orders client --watch').error).toContain('Watch one project at a time');
  });
});

describe('the runs of Jest', () => {
  it('are one for what shares the servers, one for the client and one for the whole system', () => {
    expect(jestRuns(known)).toEqual([['rules', 'common', 'orders'], ['client'], ['e2e', 'browser']]);
    expect(jestRuns(['browser'])).toEqual([['browser']]);
  });
});

describe('npm test', () => {
  const cache = mkdtempSync(join(tmpdir(), 'npm-test-'));
  afterAll(() => {
    rmSync(cache, { recursive: true });
  });
  const npmTest = (...words: string[]) =>
    spawnSync(process.execPath, [join(root, 'infra/local/test.mjs'), ...words], {
      encoding: 'utf8',
      env: { ...process.env, TEST_CACHE: cache },
    });

  it('fails where no test file matches', () => {
    const { status, stdout, stderr } = npmTest('rules', 'no-such-file');

    expect(status).toBe(1);
    expect(stderr).toContain('No test file of rules matches: no-such-file');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 0 failed');
  });

  it('runs the rules of a service with it, and ends with what it counted', () => {
    const { status, stdout } = npmTest('orders', 'orders/src/config.test');

    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/);
    expect(status).toBe(0);
  });
});
