import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Identity } from './process-identity.ts';
import { isStill, startTime } from './process-identity.ts';

/** Below the ephemeral range, so that an outgoing connection never occupies the port of a child that restarts. */
const LOWEST = 10_240;
const HIGHEST = 32_000;
/**
 * One file for each assigned port, with the process that has it: a port looks free until its child listens, and while that
 * child is down. Each user of the machine has a folder, because no other one may write to it.
 */
const assigned = join(tmpdir(), `ticketing-ports-${process.getuid?.() ?? 'user'}`);

/** A free port of 127.0.0.1, a different one for each call on this machine while the calling process runs. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if ((await isFree(port)) && assign(port)) return port;
  }
}

function assign(port: number): boolean {
  const file = join(assigned, String(port));
  mkdirSync(assigned, { recursive: true });
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, startTime: startTime(process.pid) }), {
      flag: 'wx',
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!isAssigned(file)) rmSync(file, { force: true }); // for a later choice; this one takes another port
    return false;
  }
}

function isAssigned(file: string): boolean {
  try {
    return isStill(JSON.parse(readFileSync(file, 'utf8')) as Identity);
  } catch {
    return true; // being written, or just removed by another process
  }
}

/** Whether a server could listen on the port of both addresses of `localhost`, IPv4 and IPv6. */
export async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'),
    );
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** Resolves when a server accepts connections on the port; rejects when `isPending` turns false before that. */
export async function portOpen(port: number, isPending: () => boolean): Promise<void> {
  while (!(await accepts(port))) {
    if (!isPending()) throw new Error(`nothing listens on port ${port}`);
    await wait(25);
  }
}

export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

/**
 * Whether the URL responds with a status below 300 within two seconds. A timer ends the wait, and not the signal alone: on
 * a busy machine the promise of an aborted `fetch` was seen to stay pending, and the start of a system with it.
 */
export async function isOk(url: string): Promise<boolean> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    return await Promise.race([responds(url, signal), wait(2_000, false, { signal })]);
  } finally {
    ended.abort();
  }
}

async function responds(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
