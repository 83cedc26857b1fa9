import 'server-only';
import http from 'node:http';
import https from 'node:https';
import axios, { isAxiosError, type AxiosResponse } from 'axios';
import { headers } from 'next/headers';
import { cache } from 'react';
import { getTranslate } from '../i18n/server.ts';
import { readErrors } from '../lib/error-sentences.ts';
import type {
  Event,
  EventWithTickets,
  FieldError,
  Order,
  Payment,
  PaymentConfig,
  Selling,
  Ticket,
  User,
} from '../lib/types.ts';
import { readConfig } from './config.ts';
import { sessionCookies } from './session-cookies.ts';

export type Service = 'auth' | 'tickets' | 'orders' | 'payments';

/** A failed read, with the errors that the service returned; status 0 means that there was no response. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly errors: FieldError[];
  readonly requestId: string | undefined;

  constructor(status: number, errors: FieldError[], requestId: string | undefined) {
    super(errors[0]?.message ?? `Request failed with ${status}`);
    this.status = status;
    this.errors = errors;
    this.requestId = requestId;
  }
}

const client = axios.create({
  timeout: 4_000,
  maxRedirects: 0,
  responseType: 'json',
  httpAgent: new http.Agent({ keepAlive: true }),
  httpsAgent: new https.Agent({ keepAlive: true }),
  // The services are inside the cluster, so HTTP_PROXY must not apply.
  proxy: false,
});

const CONNECT_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/** The visitor's session and the origin of the request; no other header is forwarded. */
const visitorHeaders = cache(async (): Promise<Record<string, string>> => {
  const [incoming, session] = await Promise.all([headers(), sessionCookies()]);
  const passed = ['accept-language', 'x-request-id', 'x-forwarded-for', 'x-forwarded-proto'] as const;
  return Object.fromEntries([
    ...passed.map((name) => [name, incoming.get(name)] as const).filter(([, value]) => value !== null),
    ...(session === undefined ? [] : [['cookie', session] as const]),
  ]) as Record<string, string>;
});

async function get<T>(service: Service, path: string, sent: Record<string, string>, timeoutMs = 4_000) {
  const url = readConfig()[service] + path;
  const request = () =>
    client.get<T>(url, { headers: { accept: 'application/json', ...sent }, timeout: timeoutMs });
  try {
    return await request().catch((error: unknown) => {
      const isLost = isAxiosError(error) && !error.response && CONNECT_ERRORS.has(error.code ?? '');
      if (isLost) return request();
      throw error;
    });
  } catch (error) {
    throw await toApiError(error, sent['x-request-id']);
  }
}

async function toApiError(error: unknown, sentId: string | undefined): Promise<unknown> {
  if (!isAxiosError(error)) return error;
  if (!error.response) return new ApiError(0, [{ message: 'The service did not respond.' }], sentId);
  const { errors, requestId } = readErrors(await getTranslate(), error.response.data, error.response.status);
  return new ApiError(error.response.status, errors, requestId ?? sentId);
}

/** Reads with the session of the visitor. */
export async function read<T>(service: Service, path: string, timeoutMs?: number): Promise<AxiosResponse<T>> {
  return get<T>(service, path, await visitorHeaders(), timeoutMs);
}

/**
 * Sends a plain form of the visitor on. The page's origin goes along, so that the service refuses a form of another site.
 * Throws what is not a response of the service.
 */
export async function sendForm<T>(
  method: 'POST' | 'PUT' | 'DELETE',
  service: Service,
  path: string,
  body?: object,
): Promise<FormOutcome<T>> {
  const [sent, origin] = await Promise.all([visitorHeaders(), headers().then((all) => all.get('origin'))]);
  try {
    const { data } = await client.request<T>({
      method,
      url: readConfig()[service] + path,
      data: body,
      headers: { accept: 'application/json', ...sent, origin: origin ?? 'null' },
    });
    return { ok: true, data };
  } catch (error) {
    const problem = await toApiError(error, sent['x-request-id']);
    if (!(problem instanceof ApiError)) throw problem;
    return { ok: false, code: problem.errors[0]?.code ?? (problem.status === 400 ? 'invalid' : 'failed') };
  }
}

/** What became of a form: what the service returned, or the code of its error, `invalid` for a field, `failed` without one. */
export type FormOutcome<T> = { ok: true; data: T } | { ok: false; code: string };

/** Reads without a session: the response is the same for every visitor and may be cached. */
export async function readPublic<T>(
  service: Service,
  path: string,
  timeoutMs?: number,
): Promise<AxiosResponse<T>> {
  return get<T>(service, path, {}, timeoutMs);
}

async function orUndefinedOn404<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

export async function undefinedOn404<T>(reading: Promise<AxiosResponse<T>>): Promise<T | undefined> {
  return (await orUndefinedOn404(reading))?.data;
}

export type Page<T> = {
  items: T[];
  next: string | undefined;
  previous: string | undefined;
  total: number | undefined;
};

function cursorOf(link: string | undefined, rel: string): string | undefined {
  const target = (link ?? '').split(/,\s*(?=<)/).find((part) => part.includes(`rel="${rel}"`));
  const url = /<([^>]*)>/.exec(target ?? '')?.[1];
  return url ? (new URL(url, 'http://any').searchParams.get('cursor') ?? undefined) : undefined;
}

function toPage<T>({ data, headers: answered }: AxiosResponse<T[]>): Page<T> {
  const link = answered.link as string | undefined;
  const total = Number(answered['x-total-count'] ?? Number.NaN);
  return {
    items: data,
    next: cursorOf(link, 'next'),
    previous: cursorOf(link, 'prev'),
    total: Number.isNaN(total) ? undefined : total,
  };
}

export const getCurrentUser = cache(async (): Promise<User | null> => {
  const { data } = await read<{ currentUser: User | null }>('auth', '/api/users/currentuser', 2_000);
  return data.currentUser;
});

/** How many of the user's refunds count, and whether new listings are suspended. */
export async function getSelling(): Promise<Selling> {
  return (await read<Selling>('auth', '/api/users/selling', 2_000)).data;
}

export async function listTickets(query: URLSearchParams): Promise<Page<Ticket>> {
  return toPage(await read<Ticket[]>('tickets', `/api/tickets?${query}`));
}

/** How the events match a search, and the search as it was probably meant. */
export type EventPage = Page<Event> & { match: string | undefined; correction: string | undefined };

export async function listEvents(query: URLSearchParams): Promise<EventPage> {
  const answer = await read<Event[]>('tickets', `/api/tickets/events?${query}`);
  const { 'x-search-match': match, 'x-search-correction': correction } = answer.headers as Record<
    string,
    string | undefined
  >;
  return { ...toPage(answer), match, correction: correction && decodeURIComponent(correction) };
}

/** Ten pages are more than one person sells. */
async function readPages<T>(readPage: (query: URLSearchParams) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 10; page += 1) {
    const { items, next } = await readPage(new URLSearchParams({ limit: '100', ...(cursor && { cursor }) }));
    all.push(...items);
    if (!next) break;
    cursor = next;
  }
  return all;
}

/** The user's own listings in every status. */
export const listOwnTickets = cache((): Promise<Ticket[]> =>
  readPages((query) => {
    query.set('mine', '1');
    return listTickets(query);
  }),
);

/** The payments of the user's own sales of which money went back to the buyer, or that are disputed. */
export function listOwnReturns(): Promise<Payment[]> {
  return readPages(async (query) =>
    toPage(await read<Payment[]>('payments', `/api/payments/returns?${query}`)),
  );
}

export const getTicket = cache((id: string) =>
  undefinedOn404(read<Ticket>('tickets', `/api/tickets/${encodeURIComponent(id)}`)),
);

/** An event with a page of its tickets for sale. `address` is its slug or its id. */
export const getEvent = cache(async (address: string, cursor?: string) => {
  const query = new URLSearchParams({ limit: '100', ...(cursor && { cursor }) });
  const path = `/api/tickets/events/${encodeURIComponent(address)}/tickets?${query}`;
  const answer = await orUndefinedOn404(read<EventWithTickets>('tickets', path));
  return answer && { ...toPage({ ...answer, data: answer.data.tickets }), event: answer.data };
});

export async function listOrders(query: URLSearchParams): Promise<Page<Order>> {
  return toPage(await read<Order[]>('orders', `/api/orders?${query}`));
}

/** For the reservation bar. It is on every page, so the timeout is short. */
export async function listReservations(): Promise<Order[]> {
  return (await read<Order[]>('orders', '/api/orders?status=created', 1_500)).data;
}

export const getOrder = cache((id: string) =>
  undefinedOn404(read<Order>('orders', `/api/orders/${encodeURIComponent(id)}`)),
);

export const getPayment = cache((orderId: string) =>
  undefinedOn404(read<Payment>('payments', `/api/payments/${encodeURIComponent(orderId)}`)),
);

export const getPaymentConfig = cache(async (): Promise<PaymentConfig> => {
  return (await read<PaymentConfig>('payments', '/api/payments/config')).data;
});

export type ReadResult<T> = { ok: true; value: T } | { ok: false; error: ApiError };

/** Turns an ApiError into a value, so that the page renders and shows what is missing. */
export async function tryRead<T>(reading: Promise<T>): Promise<ReadResult<T>> {
  try {
    return { ok: true, value: await reading };
  } catch (error) {
    if (error instanceof ApiError) return { ok: false, error };
    throw error;
  }
}
