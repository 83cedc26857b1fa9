import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readChildren } from './children.ts';
import type { Program } from './managed-process.ts';
import { Supervisor } from './supervisor.ts';

let folder: string;
let reported: string[];
let supervisor: Supervisor;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ticketing-supervisor-'));
  reported = [];
  supervisor = new Supervisor({ folder, report: (line) => reported.push(line), onChange: () => undefined });
});
afterEach(async () => {
  await supervisor.stop([() => true]);
  rmSync(folder, { recursive: true });
});

const log = (name: string) => readFileSync(join(folder, 'logs', `${name}.log`), 'utf8');
const starts = (name: string) => log(name).split('started').length - 1;

/** A program that is ready after it has printed "started" one more time. */
function aProgram(name: string, script = 'setInterval(() => {}, 1000)'): Program {
  let startsBefore = 0;
  return {
    name,
    command: process.execPath,
    args: ['-e', `${script}; console.log("started")`],
    cwd: folder,
    env: {},
    url: `http://127.0.0.1/${name}`,
    isReady: async () => {
      const isReady = starts(name) > startsBefore;
      if (isReady) startsBefore = starts(name);
      return isReady;
    },
  };
}

async function until(condition: () => boolean) {
  while (!condition()) await wait(25);
}

describe('Supervisor', () => {
  it('lists the address of a monitor only for a program that has one', async () => {
    supervisor.start({ ...aProgram('nats'), monitorUrl: 'http://127.0.0.1:8222' });
    supervisor.start(aProgram('orders'));
    await Promise.all([supervisor.waitReady('nats'), supervisor.waitReady('orders')]);

    expect(supervisor.processes().map(({ name, monitorUrl }) => [name, monitorUrl])).toEqual([
      ['nats', 'http://127.0.0.1:8222'],
      ['orders', undefined],
    ]);
  });

  it('lists a mongod that services share under the name of each of its databases', async () => {
    const databases = ['auth', 'orders'].map((service) => ({
      name: `mongod-${service}`,
      url: `mongodb://127.0.0.1:27017/${service}`,
    }));
    supervisor.start({ ...aProgram('mongod'), databases });
    await supervisor.waitReady('mongod');

    const listed = supervisor.processes();
    expect(listed.map(({ name, url }) => ({ name, url }))).toEqual(databases);
    expect(new Set(listed.map(({ pid }) => pid)).size).toBe(1);
    expect(() => supervisor.kill('mongod-auth')).toThrow('Unknown process mongod-auth; known are mongod');
  });

  it('restarts a program that was killed, and reports it', async () => {
    supervisor.start(aProgram('orders'));
    await supervisor.waitReady('orders');
    const [before] = supervisor.processes();

    supervisor.kill('orders');
    await supervisor.waitReady('orders');

    const [after] = supervisor.processes();
    expect(after).toMatchObject({ name: 'orders', url: 'http://127.0.0.1/orders' });
    expect(after?.pid).not.toBe(before?.pid);
    expect(reported).toEqual(['orders exited (SIGKILL); restarting it']);
  });

  it('rejects with the end of the log when a program exits three times before it is ready', async () => {
    const broken = aProgram('orders', 'console.log("no database"); process.exit(3)');
    supervisor.start({ ...broken, isReady: async () => false });

    await expect(supervisor.waitReady('orders')).rejects.toThrow(
      /^orders exited 3 times before it was ready\. The end of .*orders\.log:\n[^]*no database$/,
    );
  });

  it('rejects when a program is not ready in time', async () => {
    supervisor.start({ ...aProgram('orders'), isReady: async () => false });

    await expect(supervisor.waitReady('orders', 100)).rejects.toThrow('orders was not ready after 0.1 s');
  });

  it('keeps a program down from hold to resume', async () => {
    supervisor.start(aProgram('orders'));
    await supervisor.waitReady('orders');

    await supervisor.hold('orders');
    expect(supervisor.processes()).toEqual([]);
    await wait(400);
    expect(starts('orders')).toBe(1);

    supervisor.resume('orders');
    await supervisor.waitReady('orders');
    expect(reported).toEqual([]);
  });

  it('runs beforeRestart with the log before it restarts a program, and reports what it did', async () => {
    const logs: string[] = [];
    async function beforeRestart(log: string) {
      logs.push(log);
      return 'repaired a file';
    }
    supervisor.start({ ...aProgram('nats'), beforeRestart });
    await supervisor.waitReady('nats');

    supervisor.kill('nats');
    await supervisor.waitReady('nats');

    expect(logs).toEqual(['started\n']);
    expect(reported).toContain('nats: repaired a file');
  });

  it('stops group after group with SIGTERM', async () => {
    const script = (name: string) =>
      `process.on("SIGTERM", () => { require("fs").appendFileSync("order", "${name} "); process.exit() }); setInterval(() => {}, 1000)`;
    for (const name of ['store', 'router']) {
      supervisor.start(aProgram(name, script(name)));
      await supervisor.waitReady(name);
    }

    await supervisor.stop([(name) => name === 'router', (name) => name === 'store']);

    expect(readFileSync(join(folder, 'order'), 'utf8')).toBe('router store ');
    expect(supervisor.processes()).toEqual([]);
  });

  it('records its children in children.json', async () => {
    supervisor.start(aProgram('orders'));
    await until(() => supervisor.processes().length === 1);

    const [{ pid } = {}] = supervisor.processes();
    expect(readChildren(join(folder, 'children.json'))).toMatchObject({
      runner: { pid: process.pid },
      children: [{ name: 'orders', pid }],
    });
  });
});
