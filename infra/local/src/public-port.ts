import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isFree } from './ports.ts';

const USUAL = 3000;

/** The port asked for, or an error that names who has it; or else the usual one, or the next that is free. */
export async function choosePublicPort(wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) {
    if (await isFree(wanted)) return wanted;
    throw new Error(`Port ${wanted} is taken by ${portHolder(wanted)}. Choose another: PORT=4000 npm start`);
  }
  for (let port = USUAL; port < USUAL + 1000; port++) if (await isFree(port)) return port;
  throw new Error(`No port from ${USUAL} on is free. Choose one: PORT=8080 npm start`);
}

/** Who listens there, as far as this user may know: 'node (process 4711)'. */
export function portHolder(port: number): string {
  try {
    const { pid, command } = process.platform === 'linux' ? holderOnLinux(port) : holderByLsof(port);
    return `${command} (process ${pid})`;
  } catch {
    return 'another program';
  }
}

type Holder = { pid: string; command: string };

function holderOnLinux(port: number): Holder {
  const LISTEN = '0A';
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8').split('\n'),
  );
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const sockets = new Set(
    fields
      .filter(([, local, , state]) => state === LISTEN && local?.endsWith(`:${hex}`))
      .map((line) => `socket:[${line[9]}]`),
  );
  const pid = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .find((each) => openFiles(each).some((file) => sockets.has(file)));
  if (!pid) throw new Error('not to be seen by this user');
  return { pid, command: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() };
}

function openFiles(pid: string): string[] {
  const linkOf = (path: string) => {
    try {
      return [readlinkSync(path)];
    } catch {
      return []; // Closed meanwhile.
    }
  };
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // Another user's.
  }
}

function holderByLsof(port: number): Holder {
  const found = execFileSync('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'], { encoding: 'utf8' });
  const pid = found.trim().split('\n')[0] ?? '';
  return { pid, command: execFileSync('ps', ['-o', 'comm=', '-p', pid], { encoding: 'utf8' }).trim() };
}
