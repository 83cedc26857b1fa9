import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { writeAtomically } from './children.ts';
import type { Listing } from './seed-catalog.ts';
import { bought, catalog, reserved } from './seed-catalog.ts';

const PAYMENT_TIMEOUT_MS = 20_000;
const DAY = 24 * 60 * 60 * 1000;

export const demoUsers = [
  { role: 'Demo seller', email: 'demo.seller@example.com', password: 'sell-your-seat' },
  { role: 'Demo buyer', email: 'demo.buyer@example.com', password: 'find-me-a-seat' },
] as const;
const secondSeller = { email: 'second.seller@example.com', password: 'another-seat-to-sell' };

type Ticket = { id: string; title: string; status: string; userId: string };
type Order = { id: string; status: string; ticket: { id: string } };
type ApiResponse = { status: number; body: unknown };

/**
 * Creates the demo users, listings and orders through the public API. It writes a marker when it is done, and does
 * nothing when the marker exists. After an interruption it continues: it finds existing listings by their title.
 */
export async function seedCatalog(options: { url: string; marker: string; now?: Date }): Promise<void> {
  const { url, marker, now = new Date() } = options;
  if (existsSync(marker)) return;
  const [seller, second, buyer] = await Promise.all([
    signIn(url, demoUsers[0]),
    signIn(url, secondSeller),
    signIn(url, demoUsers[1]),
  ]);
  const listed = await Promise.all([
    listAll(seller, catalog.seller, now),
    listAll(second, catalog.secondSeller, now),
  ]);
  const ids = new Map(listed.flat().map(({ title, id }) => [title, id]));
  const orders = (await buyer('GET', '/api/orders?limit=100')).body as Order[];
  const isNew = (title: string) => !orders.some(({ ticket }) => ticket.id === ids.get(title));
  for (const title of bought.filter(isNew)) await buy(buyer, ids.get(title) ?? '');
  for (const title of reserved.filter(isNew))
    expectStatus(await buyer('POST', '/api/orders', { ticketId: ids.get(title) }), 201);
  writeAtomically(marker, { seededAt: now.toISOString() });
}

type ApiClient = (method: string, path: string, body?: unknown) => Promise<ApiResponse>;

/** Signs in, and signs up first where needed. */
async function signIn(
  url: string,
  { email, password }: { email: string; password: string },
): Promise<ApiClient> {
  let cookie = '';
  const send: ApiClient = async (method, path, body) => {
    const headers = { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const payload = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, { method, headers, ...payload });
    const set = response.headers.getSetCookie().find((value) => value.startsWith('session='));
    if (set) cookie = set.split(';')[0] ?? '';
    const text = await response.text();
    return { status: response.status, body: text ? (JSON.parse(text) as unknown) : undefined };
  };
  const signedUp = await send('POST', '/api/users/signup', { email, password });
  if (signedUp.status !== 201)
    expectStatus(await send('POST', '/api/users/signin', { email, password }), 200);
  return send;
}

async function listAll(seller: ApiClient, listings: Listing[], now: Date): Promise<Ticket[]> {
  const mine = (await seller('GET', '/api/tickets?mine=1&limit=100')).body as Ticket[];
  const known = new Map(mine.map((ticket) => [ticket.title, ticket]));
  const tickets: Ticket[] = [];
  for (const [index, listing] of listings.entries()) {
    tickets.push(known.get(listing.title) ?? (await list(seller, listing, index, now)));
  }
  return tickets;
}

async function list(seller: ApiClient, listing: Listing, index: number, now: Date): Promise<Ticket> {
  const { zone, days, at, ...rest } = listing;
  const startsAt = timeAt(new Date(now.getTime() + days * DAY), at, zone).toISOString();
  const secret = `Barcode ${String(400_018_255_371 + index * 7_919)} · show this code at the entrance`;
  const answer = await seller('POST', '/api/tickets', { ...rest, timeZone: zone, startsAt, secret });
  expectStatus(answer, 201);
  return answer.body as Ticket;
}

async function buy(buyer: ApiClient, ticketId: string): Promise<void> {
  const placed = await buyer('POST', '/api/orders', { ticketId });
  expectStatus(placed, 201, 200);
  const { id } = placed.body as Order;
  expectStatus(await buyer('POST', '/api/payments', { orderId: id, token: 'tok_visa' }), 201, 200);
  const deadline = Date.now() + PAYMENT_TIMEOUT_MS;
  for (;;) {
    const order = (await buyer('GET', `/api/orders/${id}`)).body as Order;
    if (order.status === 'complete') return;
    if (Date.now() > deadline)
      throw new Error(`Creating the demo data failed: order ${id} is still ${order.status}`);
    await wait(100);
  }
}

function expectStatus({ status, body }: ApiResponse, ...expected: number[]): void {
  if (!expected.includes(status))
    throw new Error(`Creating the demo data failed with ${status}: ${JSON.stringify(body)}`);
}

/** The time `at` of the zone's clock, on the date that `day` has there. */
export function timeAt(day: Date, at: string, zone: string): Date {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(day);
  const asUtc = new Date(`${date}T${at}:00Z`);
  const first = new Date(asUtc.getTime() - offsetMs(asUtc, zone));
  // The offset may change between the two times, so it is read again at the first result.
  return new Date(asUtc.getTime() - offsetMs(first, zone));
}

function offsetMs(moment: Date, zone: string): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
