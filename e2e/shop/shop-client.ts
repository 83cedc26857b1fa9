import { randomUUID } from 'node:crypto';
import { findContractViolation } from './openapi.ts';

export type ShopResponse<T = Record<string, unknown>> = { status: number; body: T; headers: Headers };

export type ErrorBody = {
  errors: { message: string; field?: string; code?: string; declineCode?: string }[];
  requestId: string;
};
export type Ticket = {
  id: string;
  version: number;
  title: string;
  price: number;
  currency: string;
  status: string;
  userId: string;
  orderId?: string;
  secret?: string;
  eventId?: string;
};
export type Order = {
  id: string;
  version: number;
  status: string;
  reason?: string;
  expiresAt: string;
  ticket: { id: string; price: number };
  payment?: { id: string; status: string };
  history: { at: string; status: string; event: string }[];
};
export type Payment = {
  id: string;
  status: string;
  price: number;
  declineCode?: string;
  nextActionUrl?: string;
  clientSecret?: string;
};

/** The beginning of the message of an error that a response other than docs/openapi.yaml describes causes. */
export const CONTRACT_VIOLATION = 'not as docs/openapi.yaml describes';

/** An HTTP client of one user: keeps its cookies and compares every response with docs/openapi.yaml. */
export class ShopClient {
  private readonly cookies = new Map<string, string>();
  readonly url: string;
  readonly email = `${randomUUID()}@example.com`;
  readonly password = 'correct horse battery';
  /** How long to wait for a response. */
  timeoutMs = 30_000;

  constructor(url: string) {
    this.url = url;
  }

  /** Another client with a copy of the current cookies. */
  copySession(): ShopClient {
    const copy = new ShopClient(this.url);
    for (const [name, value] of this.cookies) copy.cookies.set(name, value);
    return copy;
  }

  async send<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ShopResponse<T>> {
    const response = await this.sendUnchecked<T>(method, path, body, headers);
    const { pathname } = new URL(path, this.url);
    const violation = findContractViolation({ method, path: pathname, ...response });
    if (violation)
      throw new Error(`${CONTRACT_VIOLATION}: ${violation}\n${JSON.stringify(response.body).slice(0, 500)}`);
    return response;
  }

  /** Sends to a path that docs/openapi.yaml does not describe on purpose. */
  async sendUnchecked<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ShopResponse<T>> {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(this.timeoutMs),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(cookie && { cookie }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (name !== undefined && value !== undefined) this.cookies.set(name, value);
    }
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const parsed: unknown = isJson ? JSON.parse(text) : text;
    return { status: response.status, body: parsed as T, headers: response.headers };
  }

  get<T>(path: string) {
    return this.send<T>('GET', path);
  }

  /** Repeats the request until it is answered, and not with 503. An idempotency key makes that safe. */
  async sendWithRetry<T>(
    method: string,
    path: string,
    body?: unknown,
    withinMs = 120_000,
  ): Promise<ShopResponse<T>> {
    const deadline = Date.now() + withinMs;
    const headers = { 'idempotency-key': randomUUID() };
    for (;;) {
      let last: string;
      try {
        const response = await this.send<T>(method, path, body, headers);
        if (response.status !== 503) return response;
        last = JSON.stringify(response.body);
      } catch (error) {
        if ((error as Error).message.startsWith(CONTRACT_VIOLATION)) throw error;
        last = String((error as Error).cause ?? error);
      }
      if (Date.now() > deadline)
        throw new Error(`${method} ${path} got no response within ${withinMs} ms: ${last}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async signUp(): Promise<this> {
    const { email, password } = this;
    const signedUp = await this.sendWithRetry('POST', '/api/users/signup', { email, password });
    if (signedUp.status === 201) return this;
    // The sign-up may have succeeded although its response was lost.
    const signedIn = await this.sendWithRetry('POST', '/api/users/signin', { email, password });
    if (signedIn.status !== 200)
      throw new Error(`Sign-up failed: ${JSON.stringify([signedUp.body, signedIn.body])}`);
    return this;
  }

  async listTicket(fields: Record<string, unknown> = {}): Promise<Ticket> {
    const ticket = { title: 'Evening of strings, row 3', price: 42.5, secret: 'A1B2', ...fields };
    const { status, body } = await this.sendWithRetry<Ticket>('POST', '/api/tickets', ticket);
    if (status > 201) throw new Error(`Listing failed: ${JSON.stringify(body)}`);
    return body;
  }

  /** Like `sendWithRetry`; also repeats on 404, until the event of what was just created has reached the service. */
  private async postUntilFound<T>(path: string, body: unknown): Promise<ShopResponse<T>> {
    const deadline = Date.now() + 120_000;
    for (;;) {
      const response = await this.sendWithRetry<T>('POST', path, body);
      if (response.status !== 404 || Date.now() > deadline) return response;
    }
  }

  async reserve(ticketId: string): Promise<Order> {
    const { status, body } = await this.postUntilFound<Order>('/api/orders', { ticketId });
    if (status > 201) throw new Error(`Reserving failed: ${JSON.stringify(body)}`);
    return body;
  }

  pay(orderId: string, token = 'tok_visa') {
    return this.postUntilFound<Payment & ErrorBody>('/api/payments', { orderId, token });
  }

  /** Polls the order until `isWanted` accepts it. */
  async waitForOrder(
    orderId: string,
    isWanted: (order: Order) => boolean,
    withinMs = 120_000,
  ): Promise<Order> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const { status, body } = await this.sendWithRetry<Order>('GET', `/api/orders/${orderId}`);
      if (status === 200 && isWanted(body)) return body;
      if (Date.now() > deadline)
        throw new Error(`The order is not as expected after ${withinMs} ms: ${JSON.stringify(body)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
