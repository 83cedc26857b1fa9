import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { Link } from './proxy.ts';
import { openLink } from './proxy.ts';

let server: Server;
let received: string;
let link: Link;
const sockets: Socket[] = [];

/** Answers with the received text in capitals. */
beforeEach(async () => {
  received = '';
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk.toString();
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

async function connectClient() {
  const socket = connect(link.port, '127.0.0.1');
  sockets.push(socket);
  const seen = { answer: '', end: '' };
  socket.on('data', (chunk) => (seen.answer += chunk.toString()));
  socket.on('error', (error: NodeJS.ErrnoException) => (seen.end = error.code ?? ''));
  await once(socket, 'connect');
  return { send: (text: string) => socket.write(text), seen };
}

async function waitUntil(condition: () => boolean) {
  const deadline = Date.now() + 60_000;
  while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
}

describe('openLink', () => {
  it('forwards bytes in both directions', async () => {
    const { send, seen } = await connectClient();
    send('hello');
    await waitUntil(() => seen.answer === 'HELLO');
  });

  it('holds requests back during cut-requests and delivers them on heal', async () => {
    const { send, seen } = await connectClient();
    link.break('cut-requests');
    send('hello');
    const other = await connectClient();
    other.send('too');
    expect(received).toBe('');
    await link.heal();
    await waitUntil(() => seen.answer === 'HELLO' && other.seen.answer === 'TOO');
  });

  it('delivers requests but no responses during cut-responses', async () => {
    const { send, seen } = await connectClient();
    link.break('cut-responses');
    send('pay');
    await waitUntil(() => received === 'pay');
    expect(seen.answer).toBe('');
    await link.heal();
    await waitUntil(() => seen.answer === 'PAY');
  });

  it('delays each direction by delayMs during slow', async () => {
    const { send, seen } = await connectClient();
    link.break('slow', 100);
    const startedAt = Date.now();
    send('hello');
    await waitUntil(() => seen.answer === 'HELLO');
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(195);
  });

  it('resets open connections and accepts new ones', async () => {
    const { seen } = await connectClient();
    link.reset();
    await waitUntil(() => seen.end === 'ECONNRESET');
    const other = await connectClient();
    other.send('hello');
    await waitUntil(() => other.seen.answer === 'HELLO');
  });

  it('refuses connections during refuse and accepts them after heal', async () => {
    link.break('refuse');
    await expect(connectClient()).rejects.toThrow('ECONNREFUSED');
    await Promise.all([link.heal(), link.heal()]);
    const { send, seen } = await connectClient();
    send('hello');
    await waitUntil(() => seen.answer === 'HELLO');
  });

  it('sends nothing on half-open connections and resets them on heal', async () => {
    const { send, seen } = await connectClient();
    send('one');
    await waitUntil(() => seen.answer === 'ONE');
    link.break('half-open');
    send('two');
    await link.heal();
    await waitUntil(() => seen.end === 'ECONNRESET');
    expect([received, seen.answer]).toEqual(['one', 'ONE']);
  });
});
