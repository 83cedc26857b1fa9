import type { Outbox, PreparedResponse, User } from '@ticketing/common';
import { DEFAULT_LIMIT, paginationHeaders, prepareJson } from '@ticketing/common';
import type { ShownTicket } from './models/public-ticket.ts';
import { shownTicket } from './models/public-ticket.ts';

/** A page of a list as an anonymous viewer sees it. `privateTo` are the users who see more, by their ids. */
export type Page = { body: string; next?: string; prev?: string; total?: number; privateTo: Set<string> };

/** The lists whose first page without filters is cached. */
export type ListPath = '/api/tickets' | '/api/tickets/events';

/**
 * Caches what every viewer reads: the first page of each list without filters, and single tickets. So a rush of viewers
 * costs one query a second instead of one each.
 */
export interface TicketCache {
  /** The first page of this size, from the cache or by `load`. Concurrent calls share one `load`. */
  getPage(path: ListPath, limit: number, load: () => Promise<Page>): Promise<Page>;
  /** Always loads the ticket, and caches its response for `getResponse`. */
  loadTicket(id: string, load: () => Promise<ShownTicket | null>): Promise<ShownTicket | null>;
  /** How many tickets a seller has sold, from the cache or by `load`. Concurrent calls share one `load`. */
  getSold(sellerId: string, load: () => Promise<number>): Promise<number>;
  /** The cached response for this URL, unless the viewer sees more than an anonymous viewer. */
  getResponse(url: string, viewer: User | undefined): PreparedResponse | undefined;
  /** Removes all pages, and one ticket or all tickets. */
  invalidate(ticketId?: string): void;
}

type Entry = {
  expiresAt: number;
  /** By URL: one page has several. */
  responses: Map<string, PreparedResponse>;
  privateTo: Set<string>;
};
type PageEntry = Entry & { page: Promise<Page>; loaded?: Page };

const TTL_MS = 1_000;
/** Of tickets and of sellers. */
const MAX_ENTRIES = 1_000;
const pageUrl = /^(\/api\/tickets(?:\/events)?)(?:\?limit=([1-9]\d?|100))?$/;
const ticketUrl = /^\/api\/tickets\/([0-9a-f]{24})$/;

function newEntry(): Entry {
  return { expiresAt: Date.now() + TTL_MS, responses: new Map(), privateTo: new Set() };
}

export function createTicketCache(): TicketCache {
  /** By path and size. */
  const pages = new Map<string, PageEntry>();
  const tickets = new Map<string, Entry>();

  function pageEntry(url: string, path: string, limit: number): Entry | undefined {
    const entry = pages.get(`${path}:${limit}`);
    if (entry?.loaded && !entry.responses.has(url))
      entry.responses.set(url, prepareJson(path, entry.loaded.body, paginationHeaders(url, entry.loaded)));
    return entry;
  }

  return {
    getPage(path, limit, load) {
      const key = `${path}:${limit}`;
      const cached = pages.get(key);
      if (cached && Date.now() < cached.expiresAt) return cached.page;
      const page = load();
      const entry: PageEntry = { ...newEntry(), page };
      pages.set(key, entry);
      page.then(
        (loaded) => Object.assign(entry, { loaded, privateTo: loaded.privateTo }),
        () => {
          if (pages.get(key) === entry) pages.delete(key);
        },
      );
      return page;
    },
    async loadTicket(id, load) {
      if (tickets.size >= MAX_ENTRIES) tickets.clear();
      const entry = newEntry();
      tickets.set(id, entry); // before the read, so that a change during the read invalidates the entry
      const shown = await load();
      if (!shown) return null;
      const { ticket } = shown;
      entry.privateTo = new Set([ticket.userId, ...(ticket.buyerId ? [ticket.buyerId] : [])]);
      entry.responses.set(
        `/api/tickets/${id}`,
        prepareJson('/api/tickets/:id', JSON.stringify(shownTicket(shown, undefined))),
      );
      return shown;
    },
    getSold: soldCounts(),
    getResponse(url, viewer) {
      const ticketId = ticketUrl.exec(url)?.[1];
      const page = ticketId ? undefined : pageUrl.exec(url);
      const entry = ticketId
        ? tickets.get(ticketId)
        : page && pageEntry(url, page[1]!, Number(page[2] ?? DEFAULT_LIMIT));
      if (!entry || Date.now() >= entry.expiresAt || (viewer && entry.privateTo.has(viewer.id)))
        return undefined;
      return entry.responses.get(url);
    },
    invalidate(ticketId) {
      pages.clear();
      if (ticketId) tickets.delete(ticketId);
      else tickets.clear();
    },
  };
}

/** Not invalidated: a number that is a second old is as good. */
function soldCounts(): TicketCache['getSold'] {
  const bySeller = new Map<string, { expiresAt: number; count: Promise<number> }>();
  return (sellerId, load) => {
    const cached = bySeller.get(sellerId);
    if (cached && Date.now() < cached.expiresAt) return cached.count;
    if (bySeller.size >= MAX_ENTRIES) bySeller.clear();
    const count = load();
    bySeller.set(sellerId, { expiresAt: Date.now() + TTL_MS, count });
    count.catch(() => bySeller.delete(sellerId));
    return count;
  };
}

/** Invalidates a ticket as soon as this process writes it, without waiting for the ticket's event. */
export function invalidateOnFlush(cache: TicketCache, outbox: Outbox): Outbox {
  return {
    ...outbox,
    flush(ticket) {
      cache.invalidate(ticket._id);
      outbox.flush(ticket);
    },
  };
}
