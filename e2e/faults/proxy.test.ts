import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { openLink } from './proxy.ts';
import type { Link } from './proxy.ts';

let server: Server;
let heard: string;
let link: Link;
const sockets: Socket[] = [];

/** Answers what it hears, in capitals. */
beforeEach(async () => {
  heard = '';
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      socket.write(chunk.toString().toUpperCase());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  link = await openLink('here', 'there', { host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  link.close();
  server.close();
});

async function visitor() {
  const socket = connect(link.port, '127.0.0.1');
  sockets.push(socket);
  const seen = { answer: '', end: '' };
  socket.on('data', (chunk) => (seen.answer += chunk.toString()));
  socket.on('error', (error: NodeJS.ErrnoException) => (seen.end = error.code ?? ''));
  await once(socket, 'connect');
  return { say: (words: string) => socket.write(words), seen };
}

async function until(isSo: () => boolean) {
  const deadline = Date.now() + 5_000;
  while (!isSo() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isSo()).toBe(true);
}

describe('a link', () => {
  it('passes everything on', async () => {
    const { say, seen } = await visitor();
    say('hello');
    await until(() => seen.answer === 'HELLO');
  });

  it('holds requests back while they are cut, and delivers them when it is healed', async () => {
    const { say, seen } = await visitor();
    link.break('cut-requests');
    say('hello');
    const other = await visitor();
    other.say('too');
    expect(heard).toBe('');
    await link.heal();
    await until(() => seen.answer === 'HELLO' && other.seen.answer === 'TOO');
  });

  it('lets requests have their effect while the answers are cut', async () => {
    const { say, seen } = await visitor();
    link.break('cut-answers');
    say('pay');
    await until(() => heard === 'pay');
    expect(seen.answer).toBe('');
    await link.heal();
    await until(() => seen.answer === 'PAY');
  });

  it('is late by as much as it is told', async () => {
    const { say, seen } = await visitor();
    link.break('slow', 100);
    const began = Date.now();
    say('hello');
    await until(() => seen.answer === 'HELLO');
    expect(Date.now() - began).toBeGreaterThanOrEqual(195);
  });

  it('resets its connections, and takes new ones', async () => {
    const { seen } = await visitor();
    link.reset();
    await until(() => seen.end === 'ECONNRESET');
    const other = await visitor();
    other.say('hello');
    await until(() => other.seen.answer === 'HELLO');
  });

  it('refuses connections until it is healed', async () => {
    link.break('refuse');
    await expect(visitor()).rejects.toThrow('ECONNREFUSED');
    await Promise.all([link.heal(), link.heal()]);
    const { say, seen } = await visitor();
    say('hello');
    await until(() => seen.answer === 'HELLO');
  });

  it('says nothing on connections that the far side has forgotten, until it is healed', async () => {
    const { say, seen } = await visitor();
    say('one');
    await until(() => seen.answer === 'ONE');
    link.break('half-open');
    say('two');
    await link.heal();
    await until(() => seen.end === 'ECONNRESET');
    expect([heard, seen.answer]).toEqual(['one', 'ONE']);
  });
});
