import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isFree } from './ports.ts';

export const DEFAULT_PORT = 3000;

/** The requested port, or the first free one from 3000. Throws with the name of the other program when it is in use. */
export async function choosePublicPort(requested: number | undefined): Promise<number> {
  if (requested !== undefined) {
    if (await isFree(requested)) return requested;
    throw new Error(
      `Port ${requested} is already in use by ${portUser(requested)}. Choose another one: PORT=4000 npm start`,
    );
  }
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + 1000; port++) if (await isFree(port)) return port;
  throw new Error(
    `Ports ${DEFAULT_PORT} to ${DEFAULT_PORT + 999} are all in use. Choose another one: PORT=8080 npm start`,
  );
}

/** The program that listens on the port, such as 'node (process 4711)', if this user may see it. */
function portUser(port: number): string {
  try {
    const { pid, command } = process.platform === 'linux' ? findOnLinux(port) : findByLsof(port);
    return `${command} (process ${pid})`;
  } catch {
    return 'another program';
  }
}

type Listener = { pid: string; command: string };

function findOnLinux(port: number): Listener {
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
  if (!pid) throw new Error('no process of this user listens there');
  return { pid, command: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() };
}

function openFiles(pid: string): string[] {
  const linkOf = (path: string) => {
    try {
      return [readlinkSync(path)];
    } catch {
      return []; // Closed in the meantime.
    }
  };
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // A process of another user.
  }
}

function findByLsof(port: number): Listener {
  const found = execFileSync('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'], { encoding: 'utf8' });
  const pid = found.trim().split('\n')[0] ?? '';
  return { pid, command: execFileSync('ps', ['-o', 'comm=', '-p', pid], { encoding: 'utf8' }).trim() };
}
