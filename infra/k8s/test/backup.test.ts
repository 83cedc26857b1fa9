import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

// MongoDB's tools are not installed everywhere: programs that write down their arguments take their place.
const component = join(import.meta.dirname, '../components/backup');

describe('the backup', () => {
  let folder: string;
  let backups: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'backup-'));
    backups = join(folder, 'backups');
    mkdirSync(backups);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** `tool` is the body of a shell script for mongodump and mongorestore. */
  function run(
    script: string,
    { tool = '', env = {} }: { tool?: string; env?: Record<string, string> } = {},
  ) {
    for (const name of ['mongodump', 'mongorestore'])
      writeFileSync(
        join(folder, name),
        `#!/bin/bash\necho "$*" >>'${folder}/calls'\ncat "\${1#--config=}" >>'${folder}/passwords'\n${tool}\n`,
        { mode: 0o755 },
      );
    const services = ['AUTH', 'TICKETS', 'ORDERS', 'PAYMENTS'];
    const result = spawnSync('bash', [join(component, script)], {
      encoding: 'utf8',
      env: {
        PATH: `${folder}${delimiter}${process.env['PATH']}`,
        TMPDIR: folder,
        BACKUPS: backups,
        KEEP: '2',
        ...Object.fromEntries(services.map((name) => [`PASSWORD_${name}`, `secret of ${name}`])),
        ...env,
      },
    });
    const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim().split('\n');
    return { ...result, read };
  }
  const writes = 'for word; do case $word in --archive=*) echo dump >"${word#--archive=}";; esac; done';

  it('dumps the four databases with the writes meanwhile, and shows no password to other users', () => {
    const { status, read } = run('backup.sh', { tool: writes });

    expect(status).toBe(0);
    const [name = ''] = readdirSync(backups);
    expect(name).toMatch(/^\d{4}-\d\d-\d\dT[\d-]+Z$/);
    expect(readdirSync(join(backups, name)).sort()).toEqual(
      ['auth', 'orders', 'payments', 'tickets'].map((service) => `${service}.archive`),
    );
    expect(read('calls')[2]).toMatch(/--host=rs0\/orders-mongo-srv:27017 --username=root .*--oplog --gzip/);
    expect(read('calls').join()).not.toContain('secret');
    expect(read('passwords')[2]).toBe('password: "secret of ORDERS"');
    expect(statSync(join(folder, 'mongodump.yaml')).mode & 0o077).toBe(0);
  });

  it('keeps the latest backups', () => {
    for (const day of ['01', '02', '03']) mkdirSync(join(backups, `2026-01-${day}T03-30-00Z`));
    run('backup.sh', { tool: writes });
    const kept = readdirSync(backups).sort();
    expect(kept).toHaveLength(2);
    expect(kept[0]).toBe('2026-01-03T03-30-00Z');
  });

  it('fails when a dump fails, and keeps older backups and no incomplete one', () => {
    mkdirSync(join(backups, '2026-01-01T03-30-00Z'));
    const { status } = run('backup.sh', { tool: `${writes}\n[[ "$*" != *orders* ]]` });
    expect(status).toBe(1);
    expect(readdirSync(backups).filter((name) => name.endsWith('Z'))).toEqual(['2026-01-01T03-30-00Z']);

    run('backup.sh', { tool: writes });
    expect(readdirSync(backups).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('restores one database to the moment at which its dump ended', () => {
    run('backup.sh', { tool: writes });
    const [BACKUP = ''] = readdirSync(backups);
    const { status, read } = run('restore.sh', { env: { SERVICE: 'orders', BACKUP } });

    expect(status).toBe(0);
    expect(read('calls').at(-1)).toMatch(
      /--host=rs0\/orders-mongo-srv:27017 .*--drop --oplogReplay --gzip --archive=.*\/orders\.archive$/,
    );
  });

  it('lists the backups when the one to restore does not exist', () => {
    mkdirSync(join(backups, '2026-01-01T03-30-00Z'));
    const { status, stderr } = run('restore.sh', { env: { SERVICE: 'orders', BACKUP: 'yesterday' } });
    expect([status, stderr]).toEqual([1, expect.stringContaining('2026-01-01T03-30-00Z')]);
  });
});
