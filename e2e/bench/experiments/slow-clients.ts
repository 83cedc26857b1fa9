import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { SlowKind } from '../../shop/slow-sockets.ts';
import { holdSlowSockets, slowKinds } from '../../shop/slow-sockets.ts';
import { at } from '../calls.ts';
import { formatFigures, summarizeLoad } from '../latency.ts';
import { closedLoop, openLoop } from '../load.ts';
import type { Experiment } from '../scenario.ts';
import type { World } from '../world.ts';

const SLOW_SOCKETS = 520;
const COOKIES = 11_000;
const WEBHOOKS = 480;
/** Half of what the route accepts. */
const WEBHOOK_BYTES = 128_000;

export const slowClients: Experiment = {
  name: 'slow-clients',
  description:
    '520 slow connections from one address or many: others’ p99 below 500 ms, no 503; memory after many cookies and webhooks',
  async run(world, log) {
    const ticketIds = await world.listTickets(20);
    const figures: Record<string, number> = {};
    for (const [place, url] of [
      ['router', world.system.url],
      ['tickets', world.system.urlOf('tickets')],
    ] as const) {
      const visit = async (name: string) => {
        const { p50, p99 } = await measureOthers(world, url, ticketIds);
        log(`${place}, ${name}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
        Object.assign(figures, { [`${place} ${name} p50`]: p50, [`${place} ${name} p99`]: p99 });
      };
      await visit('warm-up');
      await visit('without');
      for (const kind of slowKinds)
        for (const isMany of [false, true]) await withSlowSockets({ url, kind, isMany }, log, visit);
    }
    return { ...figures, ...(await measureMemory(world, log)) };
  },
};

async function withSlowSockets(
  slow: { url: string; kind: SlowKind; isMany: boolean },
  log: (line: string) => void,
  visit: (name: string) => Promise<void>,
) {
  const held = await holdSlowSockets({ ...slow, count: SLOW_SOCKETS });
  await wait(3_000); // opening them is a burst of requests
  await visit(`slow ${slow.kind} from ${slow.isMany ? 'many' : 'one'}`);
  log(`  ${held.closedByServer()} of them closed meanwhile`);
  held.close();
  await wait(500);
}

/** The latency of requests by others, which all succeed. */
async function measureOthers(world: World, url: string, ticketIds: string[]) {
  const load = await openLoop({
    rate: 50,
    seconds: world.count(10, 4),
    call: (index) => ({ url: `${url}/api/tickets${index % 2 ? '' : `/${at(ticketIds, index)}`}` }),
  });
  const others = Object.keys(load.answers).filter((status) => status !== '200');
  if (others.length > 0) throw new Error(`Answers other than 200: ${JSON.stringify(load.answers)}`);
  return summarizeLoad(load);
}

/** By how many MiB the resident memory of tickets and of payments grows. */
async function measureMemory(world: World, log: (line: string) => void): Promise<Record<string, number>> {
  await sendCookies(world, 2_000, 'warm-up');
  const before = world.readMemory();
  await sendCookies(world, COOKIES, 'different');
  const afterCookies = world.readMemory();
  const close = await beginWebhooks(world);
  const afterWebhooks = world.readMemory();
  close();
  const figures = {
    'tickets MiB before': before['tickets'] ?? NaN,
    'tickets MiB after 11,000 cookies': afterCookies['tickets'] ?? NaN,
    'payments MiB before': afterCookies['payments'] ?? NaN,
    'payments MiB with 480 webhooks': afterWebhooks['payments'] ?? NaN,
  };
  log(formatFigures(figures));
  return figures;
}

/** Requests with cookies that all hold the token of one user, in headers of 14 kB. */
async function sendCookies(world: World, count: number, name: string) {
  const [user] = await world.users(1);
  const [cookieName, value = ''] = (user?.cookie ?? '').split(/=(.*)/s);
  const session = JSON.parse(Buffer.from(value, 'base64').toString()) as object;
  const filler = 'x'.repeat(12_000);
  await closedLoop({
    connections: 16,
    total: count,
    call: (index) => {
      const different = Buffer.from(JSON.stringify({ ...session, [name]: index })).toString('base64');
      return { url: world.url('tickets', '/api/tickets'), cookie: `a=${filler}; ${cookieName}=${different}` };
    },
  });
}

/** Begins webhooks from 8 clients that send all but the end of their body. @returns a function that closes them. */
async function beginWebhooks(world: World): Promise<() => void> {
  const sent = Array.from({ length: WEBHOOKS }, (_, index) =>
    request(world.url('payments', '/api/payments/webhook'), {
      method: 'POST',
      agent: false,
      headers: {
        'content-length': WEBHOOK_BYTES + 1,
        'stripe-signature': `t=1,v1=${'0'.repeat(64)}`,
        'x-forwarded-for': `198.51.100.${index % 8}`,
      },
    }),
  );
  for (const req of sent) {
    req.on('error', () => undefined);
    req.write('x'.repeat(WEBHOOK_BYTES));
  }
  await wait(3_000);
  return () => {
    for (const req of sent) req.destroy();
  };
}
