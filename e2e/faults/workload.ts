import { setTimeout as wait } from 'node:timers/promises';
import type { Failure, Order, Payment, Ticket } from '../shop/visitor.ts';
import { Visitor } from '../shop/visitor.ts';
import type { Call, History } from './history.ts';
import type { Random } from './random.ts';

const SELLERS = 3;
const BUYERS = 12;
const TICKETS = 40;
const HOT = 5;
const PATIENCE_MS = 6_000;

export type People = { sellers: Client[]; buyers: Client[] };

/** Somebody at the shop whose every call is written down. */
export type Client = { name: string; userId: string; visitor: Visitor; random: Random };

type Body = Record<string, unknown>;
type Answered<T> = { call: Call; body?: T };

export type Shopping = { url: string; seed: number; random: Random; history: History; emulatorUrl: string };

/** The title of every ticket of a seed begins so; it is how its rows are told from those of other seeds. */
export const prefixOf = (seed: number) => `seed ${seed}:`;

/** New people for one seed, signed up while nothing is wrong yet. */
export async function signUpPeople({ url, random }: Shopping): Promise<People> {
  const join = async (name: string): Promise<Client> => {
    const own = random.fork();
    const visitor = await new Visitor(url).signUp();
    const { body } = await visitor.get<{ currentUser: { id: string } }>('/api/users/currentuser');
    visitor.patienceMs = PATIENCE_MS;
    return { name, userId: body.currentUser.id, visitor, random: own };
  };
  const named = (kind: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, i) => join(`${kind}-${i + 1}`)));
  return { sellers: await named('seller', SELLERS), buyers: await named('buyer', BUYERS) };
}

/** Sellers list, edit and withdraw; buyers reserve, pay, cancel or let expire; each one call after the other, until told to stop. */
export async function shop(people: People, shopping: Shopping, stop: AbortSignal): Promise<void> {
  const { sellers, buyers } = people;
  const forSale: string[] = [];
  const sold: { orderId: string; seller: string }[] = [];
  const sellerOf = new Map<string, Client>();
  const visit = callsOf(shopping);
  let listed = 0;

  async function list(seller: Client) {
    const { random } = seller;
    const title = `${prefixOf(shopping.seed)} ${listed++}`;
    const price = (100 + random.below(20_000)) / 100;
    const key = keyFrom(random);
    const once = () => visit<Ticket>(seller, 'list', 'POST', '/api/tickets', { title, price }, key);
    const { body } = await click(random, once);
    if (!body?.id) return;
    forSale.push(body.id);
    sellerOf.set(body.id, seller);
  }

  function drop(ticketId: string) {
    const at = forSale.indexOf(ticketId);
    if (at >= 0) forSale.splice(at, 1);
  }

  async function sell(seller: Client) {
    const { random } = seller;
    while (!stop.aborted) {
      const own = forSale.filter((id) => sellerOf.get(id) === seller);
      const what =
        forSale.length < TICKETS / 2 ? 'list' : random.weighted({ list: 4, edit: 3, withdraw: 1, refund: 1 });
      const refundable = sold.find((sale) => sale.seller === seller.name);
      if (what === 'edit' && own.length > 0) {
        const id = random.pick(own);
        const price = (100 + random.below(20_000)) / 100;
        const title = `${prefixOf(shopping.seed)} edited ${listed++}`;
        await visit(seller, 'edit', 'PUT', `/api/tickets/${id}`, { title, price });
      } else if (what === 'withdraw' && own.length > 0) {
        const id = random.pick(own);
        const { call } = await visit(seller, 'withdraw', 'DELETE', `/api/tickets/${id}`);
        if (call.outcome === 'ok') drop(id);
      } else if (what === 'refund' && refundable) {
        sold.splice(sold.indexOf(refundable), 1);
        await visit(seller, 'refund', 'POST', `/api/payments/${refundable.orderId}/refund`, {});
      } else if (forSale.length < TICKETS) await list(seller);
      await pause(random.between(100, 500));
    }
  }

  async function buy(buyer: Client) {
    const { random } = buyer;
    while (!stop.aborted) {
      const hot = forSale.slice(0, HOT);
      const ticketId =
        random.chance(0.8) && hot.length > 0 ? random.pick(hot) : forSale.length > 0 && random.pick(forSale);
      if (ticketId) await purchase(buyer, ticketId);
      await pause(random.between(30, 250));
    }
  }

  async function purchase(buyer: Client, ticketId: string) {
    const { random } = buyer;
    const order = await reserve(buyer, ticketId);
    if (!order) return;
    await pause(random.between(0, 200));
    const what = random.weighted({ pay: 74, cancel: 9, leave: 7, late: 5, both: 5 });
    if (what === 'cancel') await visit(buyer, 'cancel', 'DELETE', `/api/orders/${order.id}`);
    if (what === 'pay') await pay(buyer, order.id);
    if (what === 'late') {
      await pause(Date.parse(order.expiresAt) - Date.now() - random.between(0, 120));
      await pay(buyer, order.id);
    }
    if (what === 'both') {
      const cancelled = pause(random.between(0, 60)).then(() =>
        visit(buyer, 'cancel', 'DELETE', `/api/orders/${order.id}`),
      );
      await Promise.all([pay(buyer, order.id), cancelled]);
    }
    const end = await look(buyer, order.id, what === 'leave' ? 2 : 6);
    if (end?.status === 'complete') {
      drop(ticketId);
      sold.push({ orderId: order.id, seller: sellerOf.get(ticketId)?.name ?? '' });
    }
  }

  async function reserve(buyer: Client, ticketId: string): Promise<Order | undefined> {
    const { random } = buyer;
    const key = keyFrom(random);
    const once = () => visit<Order>(buyer, 'reserve', 'POST', '/api/orders', { ticketId }, key);
    const { call, body } = await click(random, once);
    if (['ticket_sold', 'ticket_withdrawn'].includes(call.code ?? '')) drop(ticketId);
    return body;
  }

  async function pay(buyer: Client, orderId: string) {
    const { random } = buyer;
    const card = random.weighted({ visa: 70, declined: 10, bank: 10, twice: 10 });
    const key = keyFrom(random);
    const token = {
      visa: 'tok_visa',
      declined: 'tok_chargeDeclined',
      bank: 'tok_threeDSecure2Required',
      twice: 'tok_visa',
    }[card];
    const once = (by = key, other = token) =>
      visit<Payment & Failure>(buyer, 'pay', 'POST', '/api/payments', { orderId, token: other }, by);
    const first = card === 'twice' ? (await Promise.all([once(), once(keyFrom(random))]))[0] : await once();
    const last = first.call.outcome === 'unknown' ? await once() : first;
    if (card === 'declined' && random.chance(0.7)) await once(keyFrom(random), 'tok_visa');
    const page = last.body?.nextActionUrl;
    if (page) await answerBank(page, random.chance(0.8) ? 'success' : 'failure');
  }

  async function answerBank(page: string, outcome: 'success' | 'failure') {
    const intent = new URL(page).pathname.split('/').at(-1);
    await fetch(`${shopping.emulatorUrl}/_emulator/intents/${intent}/authenticate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch(() => undefined); // the bank is away: as if the buyer had closed its page
  }

  async function look(buyer: Client, orderId: string, times: number): Promise<Order | undefined> {
    for (let time = 0; time < times && !stop.aborted; time++) {
      const { body } = await visit<Order>(buyer, 'look', 'GET', `/api/orders/${orderId}`);
      if (body && !['created', 'awaiting:payment'].includes(body.status)) return body;
      await pause(150 * (time + 1));
    }
    return undefined;
  }

  const pause = (ms: number) => wait(ms, undefined, { signal: stop }).catch(() => undefined);
  await Promise.all(sellers.flatMap((seller) => Array.from({ length: 4 }, () => list(seller))));
  await Promise.all([...sellers.map(sell), ...buyers.map(buy)]);
}

/** Sometimes a double click; and again, under the same key, while nobody knows what became of it, as anybody would. */
async function click<T>(random: Random, once: () => Promise<Answered<T>>): Promise<Answered<T>> {
  const first = random.chance(0.1) ? (await Promise.all([once(), once()]))[0] : await once();
  return first.call.outcome === 'unknown' ? once() : first;
}

function keyFrom(random: Random): string {
  return `key-${random.below(2 ** 31)}-${random.below(2 ** 31)}`;
}

/** One call, written down. Its body is given back only where it was answered with 2xx. */
export function callsOf({ seed, history }: Pick<Shopping, 'seed' | 'history'>) {
  return async <T>(
    client: Client,
    op: string,
    method: string,
    path: string,
    body?: Body,
    key?: string,
  ): Promise<Answered<T>> => {
    const call: Call = {
      seed,
      client: client.name,
      op,
      method,
      path,
      start: Date.now(),
      end: 0,
      outcome: 'unknown',
    };
    if (body) call.body = body;
    if (key) call.key = key;
    let found: T | undefined;
    try {
      const headers = key === undefined ? {} : { 'idempotency-key': key };
      const answer = await client.visitor.send<T>(method, path, body, headers);
      call.status = answer.status;
      if (answer.status < 300) {
        call.outcome = 'ok';
        found = answer.body;
        call.answer = gist(answer.body);
      } else {
        call.outcome = answer.status >= 500 ? 'unknown' : 'fail';
        call.code =
          (answer.body as Failure).errors[0]?.code ?? (answer.body as Failure).errors[0]?.message ?? '';
      }
    } catch (error) {
      const { message, cause } = error as Error;
      call.code = message.startsWith('not as docs')
        ? message
        : String((cause as { code?: string })?.code ?? message);
    }
    call.end = Date.now();
    history.add(call);
    return { call, ...(found !== undefined && { body: found }) };
  };
}

function gist(body: unknown): NonNullable<Call['answer']> {
  const { id, version, status, orderId, ticket, price } = (body ?? {}) as Record<string, unknown>;
  const ticketId = (ticket as { id?: string } | undefined)?.id;
  return JSON.parse(JSON.stringify({ id, version, status, orderId, ticketId, price })) as NonNullable<
    Call['answer']
  >;
}
