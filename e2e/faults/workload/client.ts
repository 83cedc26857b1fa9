import type { EventBusName } from '../../../infra/local/src/system-options.ts';
import type { ErrorBody } from '../../shop/shop-client.ts';
import type { ShopClient } from '../../shop/shop-client.ts';
import { CONTRACT_VIOLATION } from '../../shop/shop-client.ts';
import type { Call, History } from '../history.ts';
import type { Random } from '../random.ts';

/** A user of the shop whose every call is recorded. */
export type Client = { name: string; userId: string; http: ShopClient; random: Random };

/** What the clients of one seed share. */
export type Run = {
  url: string;
  emulatorUrl: string;
  brokerUrl: string;
  eventBus: EventBusName;
  seed: number;
  random: Random;
  history: History;
};

export type Recorded<T> = { call: Call; body?: T };
export type SendRecorded = ReturnType<typeof recordCalls>;

/** Sends calls and adds each to the history. Only an answer of 2xx has a `body`. */
export function recordCalls({ seed, history }: Pick<Run, 'seed' | 'history'>) {
  return async <T>(
    client: Client,
    op: string,
    method: string,
    path: string,
    body?: Record<string, unknown>,
    key?: string,
  ): Promise<Recorded<T>> => {
    const call: Call = {
      seed,
      client: client.name,
      op,
      method,
      path,
      ...(body && { body }),
      ...(key && { key }),
      start: Date.now(),
      end: 0,
      outcome: 'unknown',
    };
    const received = await send<T>(client, call, body);
    call.end = Date.now();
    history.addCall(call);
    return { call, ...(received !== undefined && { body: received }) };
  };
}

/** Completes the call with its outcome. @returns the body of an answer of 2xx. */
async function send<T>(client: Client, call: Call, body: object | undefined): Promise<T | undefined> {
  try {
    const headers: Record<string, string> = call.key === undefined ? {} : { 'idempotency-key': call.key };
    const answer = await client.http.send<T>(call.method, call.path, body, headers);
    call.status = answer.status;
    if (answer.status < 300) {
      call.outcome = 'ok';
      call.answer = summarize(answer.body);
      return answer.body;
    }
    const [error] = (answer.body as ErrorBody).errors;
    call.outcome = answer.status >= 500 ? 'unknown' : 'fail';
    call.code = error?.code ?? error?.message ?? '';
  } catch (error) {
    const { message, cause } = error as Error;
    call.code = message.startsWith(CONTRACT_VIOLATION)
      ? message
      : String((cause as { code?: string })?.code ?? message);
  }
  return undefined;
}

function summarize(body: unknown): NonNullable<Call['answer']> {
  const { id, version, status, orderId, ticket, price } = (body ?? {}) as Record<string, unknown>;
  const ticketId = (ticket as { id?: string } | undefined)?.id;
  return JSON.parse(JSON.stringify({ id, version, status, orderId, ticketId, price })) as NonNullable<
    Call['answer']
  >;
}

/**
 * Sends a request, sometimes twice at once as a double click does, and again with the same idempotency key while the
 * outcome is unknown, as a user would.
 */
export async function sendWithRetry<T>(
  random: Random,
  attempt: () => Promise<Recorded<T>>,
): Promise<Recorded<T>> {
  const first = random.chance(0.1) ? (await Promise.all([attempt(), attempt()]))[0] : await attempt();
  return first.call.outcome === 'unknown' ? attempt() : first;
}

export function randomKey(random: Random): string {
  return `key-${random.below(2 ** 31)}-${random.below(2 ** 31)}`;
}
