import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import nats from 'node-nats-streaming';
import { pino } from 'pino';
import type { Authority } from '../../../infra/local/test/certificates.ts';
import { createAuthority } from '../../../infra/local/test/certificates.ts';
import type { Broker } from '../../test/broker.ts';
import { clusterId, startBroker, until } from '../../test/broker.ts';
import { aBus, anEvent, closeBuses, collect } from '../../test/bus.ts';
import { withTls } from './connection.ts';
import { destroyClient, socketOf } from './nats-streaming-client.ts';

let authority: Authority;
let other: Authority;
let broker: Broker;

beforeAll(() => {
  authority = createAuthority();
  other = createAuthority();
});
afterAll(() => {
  authority.remove();
  other.remove();
});
afterEach(async () => {
  await closeBuses();
  await broker.stop();
});

/** Resolves with the reason why a bus could not connect. */
async function refusal(options: { url: string; ca?: string }): Promise<string> {
  let lines = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines += chunk.toString();
      done();
    },
  });
  const bus = await aBus({ eventBus: broker.kind, log: pino({ level: 'debug' }, stream), ...options });
  await until('it could not connect', () => lines.includes('reason'));
  expect(bus.status).toBe('down');
  return lines;
}

const withScheme = (url: string) => url.replace('nats://', 'tls://');

describe.each(['nats-streaming', 'jetstream'] as const)('a bus over TLS to %s', (kind) => {
  it('publishes and receives, by the scheme of the address and by the authority alone', async () => {
    broker = await startBroker(kind, { tls: authority.issue('IP:127.0.0.1') });
    const { ca } = authority;
    const first = await aBus({ url: withScheme(broker.url), ca, eventBus: kind });
    const second = await aBus({ url: broker.url, ca, eventBus: kind });
    const seen = collect(second);
    await second.ready();
    await until('both are up', () => first.status === 'up' && second.status === 'up');
    const event = anEvent();

    await first.publish(event);

    await until('it arrived', () => seen.includes(event.id));
  });

  it('connects again after the broker was killed', async () => {
    broker = await startBroker(kind, { tls: authority.issue('DNS:localhost', 'IP:127.0.0.1') });
    const url = withScheme(broker.url).replace('127.0.0.1', 'localhost');
    const bus = await aBus({ url, ca: authority.ca, eventBus: kind });
    const seen = collect(bus);
    await bus.ready();
    await broker.kill();
    await until('it is down', () => bus.status === 'down');
    await broker.start();
    await until('it is up', () => bus.status === 'up');
    const event = anEvent();

    await bus.publish(event);

    await until('it arrived', () => seen.includes(event.id));
  });

  it('refuses a broker with a certificate of another authority', async () => {
    broker = await startBroker(kind, { tls: other.issue('DNS:localhost', 'IP:127.0.0.1') });

    expect(await refusal({ url: withScheme(broker.url), ca: authority.ca })).toMatch(/certificate/);
    expect(await refusal({ url: withScheme(broker.url) })).toMatch(/certificate/);
  });

  it('refuses a broker with a certificate for another host', async () => {
    broker = await startBroker(kind, { tls: authority.issue('IP:127.0.0.1') });
    const url = withScheme(broker.url).replace('127.0.0.1', 'localhost');

    expect(await refusal({ url, ca: authority.ca })).toMatch(/altnames/);
  });

  it('refuses a broker without TLS before it sends a password', async () => {
    broker = await startBroker(kind);
    const url = broker.url.replace('//', '//orders:secret@');

    expect(await refusal({ url: withScheme(url) })).toMatch(/tls|secure/i);
    expect(await refusal({ url, ca: authority.ca })).toMatch(/tls|secure/i);
  });
});

it('destroyClient resets the TCP connection below TLS', async () => {
  broker = await startBroker('nats-streaming', { tls: authority.issue('IP:127.0.0.1') });
  const url = withScheme(broker.url);
  const stan = nats.connect(clusterId, 'reset', { url, ...withTls({ url, ca: authority.ca }) });
  const socket = socketOf(stan) as Socket;
  await once(stan, 'connect');
  const closed = once(socket, 'close');

  destroyClient(stan, socket);

  await closed;
});
