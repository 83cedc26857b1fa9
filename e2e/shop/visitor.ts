import { randomUUID } from 'node:crypto';
import { violation } from './openapi.ts';

export type Answer<T = Record<string, unknown>> = { status: number; body: T; headers: Headers };

export type Failure = {
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
};
export type Order = {
  id: string;
  version: number;
  status: string;
  reason?: string;
  expiresAt: string;
  ticket: { id: string; price: number };
  payment?: { id: string; status: string };
  history: { status: string; event: string }[];
};
export type Payment = {
  id: string;
  status: string;
  price: number;
  declineCode?: string;
  nextActionUrl?: string;
  clientSecret?: string;
};

/** Somebody with a browser's cookie jar. Every answer is held against docs/openapi.yaml. */
export class Visitor {
  private cookie = '';
  readonly url: string;
  readonly email = `${randomUUID()}@example.com`;
  readonly password = 'correct horse battery';
  /** How long to wait for an answer. */
  patienceMs = 30_000;

  constructor(url: string) {
    this.url = url;
  }

  /** A second browser window with a copy of the cookie as it is now. */
  onTheSameSession(): Visitor {
    const copy = new Visitor(this.url);
    copy.cookie = this.cookie;
    return copy;
  }

  async send<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(this.patienceMs),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.cookie && { cookie: this.cookie }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    for (const set of response.headers.getSetCookie()) this.cookie = set.split(';')[0] ?? '';
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const parsed: unknown = isJson ? JSON.parse(text) : text;
    const wrong = violation(method, new URL(path, this.url).pathname, response.status, parsed);
    if (wrong) throw new Error(`not as docs/openapi.yaml says: ${wrong}\n${text.slice(0, 500)}`);
    return { status: response.status, body: parsed as T, headers: response.headers };
  }

  get<T>(path: string) {
    return this.send<T>('GET', path);
  }

  /** Sends until it is answered other than 503 and without a connection error; a key makes that safe. */
  async insist<T>(method: string, path: string, body?: unknown, withinMs = 120_000): Promise<Answer<T>> {
    const deadline = Date.now() + withinMs;
    const headers = { 'idempotency-key': randomUUID() };
    for (;;) {
      let last: string;
      try {
        const answer = await this.send<T>(method, path, body, headers);
        if (answer.status !== 503) return answer;
        last = JSON.stringify(answer.body);
      } catch (error) {
        if ((error as Error).message.startsWith('not as docs')) throw error;
        last = String((error as Error).cause ?? error);
      }
      if (Date.now() > deadline)
        throw new Error(`${method} ${path} was not answered within ${withinMs} ms: ${last}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async signUp(): Promise<this> {
    const { email, password } = this;
    const answer = await this.insist('POST', '/api/users/signup', { email, password });
    if (answer.status === 201) return this;
    // A sign-up whose answer was lost has happened.
    const signedIn = await this.insist('POST', '/api/users/signin', { email, password });
    if (signedIn.status !== 200)
      throw new Error(`could not sign up: ${JSON.stringify([answer.body, signedIn.body])}`);
    return this;
  }

  async sells(fields: Record<string, unknown> = {}): Promise<Ticket> {
    const ticket = { title: 'Evening of strings, row 3', price: 42.5, secret: 'A1B2', ...fields };
    const answer = await this.insist<Ticket>('POST', '/api/tickets', ticket);
    if (answer.status > 201) throw new Error(`could not list: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Like `insist`, and also until the news of what was made a moment ago has reached the service asked (404 before). */
  private async insistOnceKnown<T>(path: string, body: unknown): Promise<Answer<T>> {
    const deadline = Date.now() + 120_000;
    for (;;) {
      const answer = await this.insist<T>('POST', path, body);
      if (answer.status !== 404 || Date.now() > deadline) return answer;
    }
  }

  async reserves(ticketId: string): Promise<Order> {
    const answer = await this.insistOnceKnown<Order>('/api/orders', { ticketId });
    if (answer.status > 201) throw new Error(`could not reserve: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  pays(orderId: string, token = 'tok_visa') {
    return this.insistOnceKnown<Payment & Failure>('/api/payments', { orderId, token });
  }

  /** Polls the order until it is as wanted. */
  async sees(orderId: string, isWanted: (order: Order) => boolean, withinMs = 120_000): Promise<Order> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const { status, body } = await this.insist<Order>('GET', `/api/orders/${orderId}`);
      if (status === 200 && isWanted(body)) return body;
      if (Date.now() > deadline) throw new Error(`the order did not get there: ${JSON.stringify(body)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
