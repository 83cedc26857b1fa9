import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { writeAtomically } from './children.ts';
import type { Listing } from './seed-catalog.ts';
import { bought, catalog, reserved } from './seed-catalog.ts';

const PAYMENT_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 30_000;
const DAY = 24 * 60 * 60 * 1000;

export const demoUsers = [
  { role: 'Demo seller', email: 'demo.seller@example.com', password: 'sell-your-seat' },
  { role: 'Demo buyer', email: 'demo.buyer@example.com', password: 'find-me-a-seat' },
] as const;
const secondSeller = { email: 'second.seller@example.com', password: 'another-seat-to-sell' };

type Ticket = { id: string; title: string; status: string; userId: string };
type Order = { id: string; status: string; ticket: { id: string } };
type ApiResponse = { status: number; body: unknown };

/** Whether an earlier run has created the demo data. */
export const isSeeded = (marker: string) => existsSync(marker);

/** Creates the demo data. The shop works without them, so a failure is only reported, and the next start continues. */
export async function trySeedCatalog(
  options: Parameters<typeof seedCatalog>[0],
  warn: (line: string) => void,
): Promise<void> {
  try {
    await seedCatalog(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warn(`The demo data are incomplete, the next start continues: ${reason}`);
  }
}

/**
 * Creates the demo users, listings and orders through the public API. It writes a marker when it is done, and does
 * nothing when the marker exists. After an interruption it continues: it finds existing listings by their title. It
 * skips what another user has made impossible, such as buying a ticket that is sold.
 */
export async function seedCatalog(options: { url: string; marker: string; now?: Date }): Promise<void> {
  const { url, marker, now = new Date() } = options;
  if (isSeeded(marker)) return;
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
  const idsOf = (titles: string[]) => titles.filter(isNew).flatMap((title) => ids.get(title) ?? []);
  for (const id of idsOf(bought)) await buy(buyer, id);
  for (const id of idsOf(reserved)) await reserve(buyer, id);
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
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const response = await fetch(`${url}${path}`, { method, headers, signal, ...payload });
    const set = response.headers.getSetCookie().find((value) => value.startsWith('encore-session='));
    if (set) cookie = set.split(';')[0] ?? '';
    const text = await response.text();
    return { status: response.status, body: text ? (JSON.parse(text) as unknown) : undefined };
  };
  const signedUp = await send('POST', '/api/users/signup', { email, password });
  if (signedUp.status === 201) return send;
  const { status, body } = await send('POST', '/api/users/signin', { email, password });
  if (status !== 200) throw new Error(`${email} cannot sign in (${status}): ${JSON.stringify(body)}`);
  return send;
}

async function listAll(seller: ApiClient, listings: Listing[], now: Date): Promise<Ticket[]> {
  const mine = (await seller('GET', '/api/tickets?mine=1&limit=100')).body as Ticket[];
  const known = new Map(mine.map((ticket) => [ticket.title, ticket]));
  const tickets: Ticket[] = [];
  for (const [index, listing] of listings.entries()) {
    const ticket = known.get(listing.title) ?? (await list(seller, listing, index, now));
    if (ticket) tickets.push(ticket);
  }
  return tickets;
}

async function list(
  seller: ApiClient,
  listing: Listing,
  index: number,
  now: Date,
): Promise<Ticket | undefined> {
  const { zone, days, at, ...rest } = listing;
  const startsAt = timeAt(new Date(now.getTime() + days * DAY), at, zone).toISOString();
  const secret = `Barcode ${String(400_018_255_371 + index * 7_919)} · show this code at the entrance`;
  const answer = await seller('POST', '/api/tickets', { ...rest, timeZone: zone, startsAt, secret });
  return expectStatus(answer, 201) ? (answer.body as Ticket) : undefined;
}

/** The order, or undefined when another user has the ticket. */
async function reserve(buyer: ApiClient, ticketId: string): Promise<Order | undefined> {
  const placed = await buyer('POST', '/api/orders', { ticketId });
  return expectStatus(placed, 201, 200) ? (placed.body as Order) : undefined;
}

async function buy(buyer: ApiClient, ticketId: string): Promise<void> {
  const order = await reserve(buyer, ticketId);
  if (!order) return;
  const { id } = order;
  const paid = await buyer('POST', '/api/payments', { orderId: id, token: 'tok_visa' });
  if (!expectStatus(paid, 201, 200)) return;
  const deadline = Date.now() + PAYMENT_TIMEOUT_MS;
  for (;;) {
    const { status } = (await buyer('GET', `/api/orders/${id}`)).body as Order;
    if (status === 'complete' || status === 'cancelled') return;
    if (Date.now() > deadline)
      throw new Error(`Creating the demo data failed: order ${id} is still ${status}`);
    await wait(100);
  }
}

/** What other users can cause: the ticket is theirs or gone, or the demo buyer, whose password is public, is at a limit. */
const refusals = [403, 404, 409, 429];

/** @returns false for a step to skip. Throws for any other unexpected status. */
function expectStatus({ status, body }: ApiResponse, ...expected: number[]): boolean {
  if (expected.includes(status)) return true;
  if (refusals.includes(status)) return false;
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
