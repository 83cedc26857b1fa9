import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from '../src/system.ts';

type Assertion = { fullName: string; status: string };
type Report = { testResults: { name: string; message: string; assertionResults: Assertion[] }[] };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Runs Jest on some test files in one group. @returns what it reports of each file, and how often `shared.js` was loaded. */
function runGroup(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'group-runner-'));
  folders.push(folder);
  const loads = join(folder, 'loads');
  const shared = `require('node:fs').appendFileSync(${JSON.stringify(loads)}, '.');`;
  for (const [name, text] of Object.entries({ ...files, 'shared.js': shared }))
    writeFileSync(join(folder, name), text);
  const runner = join(root, 'infra/local/test/group-runner.mjs');
  const config = JSON.stringify({
    ...{ rootDir: folder, transform: {}, runner },
    testEnvironmentOptions: { inGroups: { files: '.', count: 1 } },
  });
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/jest/bin/jest.js'), '--config', config, '--runInBand', '--json'],
    { encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(stderr);
  const results = (JSON.parse(stdout) as Report).testResults.map(
    ({ name, message, assertionResults }): [string, { tests: string[]; message: string }] => [
      basename(name),
      { message, tests: assertionResults.map(({ fullName, status }) => `${fullName}: ${status}`) },
    ],
  );
  return { files: Object.fromEntries(results), loads: readFileSync(loads, 'utf8').length };
}

const passing = (title: string) => `require('./shared.js'); it('${title}', () => {});`;

describe('the runner of grouped test files', () => {
  it('loads a module once for all files, and reports each file with its own titles', () => {
    expect(
      runGroup({ 'a.test.js': passing('a'), 'b.test.js': passing('b'), 'c.test.js': passing('c') }),
    ).toEqual({
      files: {
        'a.test.js': { message: '', tests: ['a: passed'] },
        'b.test.js': { message: '', tests: ['b: passed'] },
        'c.test.js': { message: '', tests: ['c: passed'] },
      },
      loads: 1,
    });
  });

  it('names the file whose test fails and the one that cannot be loaded', () => {
    const { files } = runGroup({
      'a.test.js': passing('a'),
      'b.test.js': `it('adds', () => { expect(1 + 1).toBe(3); });`,
      'c.test.js': `throw new Error('no such rule');`,
    });

    expect(files['a.test.js']).toEqual({ message: '', tests: ['a: passed'] });
    expect(files['b.test.js']?.tests).toEqual(['adds: failed']);
    expect(files['c.test.js']?.message).toContain('no such rule');
  });

  it('fails where files pass alone but not together', () => {
    const { files } = runGroup({
      'a.test.js': passing('a'),
      'b.test.js': `globalThis.left = true; it('b', () => {});`,
      'c.test.js': `it('c', () => { expect(globalThis.left).toBeUndefined(); });`,
    });

    const messages = Object.values(files).map(({ message }) => message);
    expect(
      messages.filter((message) => message.includes('Fails only together with other files')),
    ).toHaveLength(1);
  });
});
