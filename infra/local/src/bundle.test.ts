import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from '@jridgewell/sourcemap-codec';
import { serviceFlags } from './node-programs.ts';
import { root } from './system.ts';

const index = `
import express from 'express';
import { MongoClient } from 'mongodb';
class MongoError extends Error {}
await Promise.resolve();
console.log(typeof express, MongoClient.name, MongoError.name);
throw new MongoError('on line 7');
`;

const hosts = `
import { saslprep } from '@mongodb-js/saslprep';
import { MongoClient } from 'mongodb';
const uri = 'mongodb://ann:p%40ss%2F@Mongo-0.mongo:27017,[::1]:27018/notes?replicaSet=rs&TLS=true';
const { hosts, credentials, dbName, replicaSet, tls } = new MongoClient(uri).options;
console.log(JSON.stringify([hosts.map(String), credentials, dbName, replicaSet, tls, saslprep('pa\u00ADss')]));
`;

/** Prints whether V8 rejects the code that comes with a script. */
const reporter = `
const vm = require('node:vm');
vm.Script = class extends vm.Script {
  constructor(...given) {
    super(...given);
    console.log('rejected:', this.cachedDataRejected);
  }
};
`;

let temporary: string;
let folder: string;
let report: string;

beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'bundle-'));
  folder = join(temporary, 'node_modules/.cache/previous'); // as `npm run faults` builds an earlier release
  mkdirSync(join(folder, 'notes/src'), { recursive: true });
  const scripts = {
    build: 'node bundle.mjs',
    dev: 'tsx watch --conditions=source src/index.ts',
    ops: 'tsx --conditions=source src/facts.ts',
    hosts: 'tsx --conditions=source src/hosts.ts',
  };
  writeFileSync(join(folder, 'notes/package.json'), JSON.stringify({ type: 'module', scripts }));
  writeFileSync(join(folder, 'notes/src/index.ts'), index);
  writeFileSync(
    join(folder, 'notes/src/facts.ts'),
    "import { MongoClient } from 'mongodb';\nconsole.log('facts');\nnew MongoClient('x');\n",
  );
  writeFileSync(join(folder, 'notes/src/hosts.ts'), hosts);
  report = join(temporary, 'report.cjs');
  writeFileSync(report, reporter);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  execFileSync(process.execPath, [join(root, 'infra/docker/bundle.mjs'), folder, 'notes']);
  // As in an image, where neither packages nor sources are.
  rmSync(join(folder, 'node_modules'));
  rmSync(join(folder, 'notes/src'), { recursive: true });
});

afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
});

const run = (file: string, ...flags: string[]) =>
  spawnSync(process.execPath, [...flags, join(folder, 'notes/dist', file)], { encoding: 'utf8' });

describe('the bundle of a service', () => {
  it('needs no packages, and keeps the names of classes that two modules use', () => {
    expect(run('index.js').stdout).toBe('function MongoClient MongoError\n');
  });

  it('has stack traces with the lines of the sources', () => {
    expect(run('index.js', '--enable-source-maps').stderr).toMatch(
      /MongoError: on line 7\n\s+at .*notes\/src\/index\.ts:7:1\)/,
    );
  });

  it('maps one position of each line of our sources, so that a service does not keep more', () => {
    const map = JSON.parse(readFileSync(join(folder, 'notes/dist/bundle.js.map'), 'utf8')) as {
      sources: string[];
      mappings: string;
    };
    const positions = decode(map.mappings).flat();
    const repeated = positions.filter(([, source, line], index) => {
      const [, sourceBefore, lineBefore] = positions[index - 1] ?? [];
      return source === sourceBefore && line === lineBefore;
    });
    const ours = positions.filter(([, source]) => map.sources[source ?? -1] === '../src/index.ts');

    expect(repeated).toEqual([]);
    expect(ours.map(([, , line]) => line)).toContain(6); // counted from 0
  });

  it('has short lines, of which Node prints one with an uncaught error', () => {
    const { stderr } = run('ops.js');

    expect(stderr).toMatch(/MongoParseError: Invalid scheme/);
    expect(stderr.length).toBeLessThan(5_000);
  });

  it('has code that V8 does not compile again, whatever limits its memory has', () => {
    expect(run('ops.js', '--require', report).stdout).toMatch(/^rejected: false\n/);
    expect(run('ops.js', '--require', report, ...serviceFlags).stdout).toMatch(/^rejected: false\n/);
  });

  it('sets no flag that the V8 of this Node lacks', () => {
    expect(run('ops.js').stderr).not.toContain('unrecognized flag');
  });

  it('compiles where another V8 stored the code', () => {
    expect(run('ops.js', '--require', report, '--no-flush-bytecode').stdout).toBe('rejected: true\nfacts\n');
  });

  it('has a program for each script that runs a source file, named like the script', () => {
    expect(run('ops.js').stdout).toBe('facts\n');
  });

  it('reads connection strings and passwords of MongoDB as the driver does', () => {
    const args = ['--input-type=module', '-e', hosts];
    const expected = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });

    expect(run('hosts.js').stdout).toMatch(/"p@ss\/".*"pass"/);
    expect(run('hosts.js').stdout).toBe(expected.stdout);
  });

  it('names its packages and their versions for the scanner of the images', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules/mongodb/package.json'), 'utf8')) as {
      version: string;
    };
    const record = join(folder, `notes/dist/node_modules/mongodb@${version}/package.json`);

    expect(JSON.parse(readFileSync(record, 'utf8'))).toMatchObject({ name: 'mongodb', version });
  });
});
