import { paginationHeaders, prepareJson } from '@ticketing/common';
import type { Outbox, PreparedResponse, User } from '@ticketing/common';
import { publicTicket } from './models/public-ticket.ts';
import type { Ticket } from './models/ticket.ts';

/** A list as it was read, ready to send. `private` are the people to whom it would look otherwise. */
export type Page = { body: string; next?: string; prev?: string; total: number; private: Set<string> };

/** What everybody looks at, so that a rush on it is one query a second and not thousands. */
export interface FrontPage {
  /** The page of this size as kept, or as `load` reads it; many who ask at once share one reading. */
  read(limit: number, load: () => Promise<Page>): Promise<Page>;
  /** A ticket as `load` reads it, which is always; it is kept for `prepared`. */
  show(id: string, load: () => Promise<Ticket | null>): Promise<Ticket | null>;
  /** What a viewer gets at this address, where that is kept and is what strangers get. */
  prepared(url: string, viewer: User | undefined): PreparedResponse | undefined;
  /** Drops the pages, and the ticket or else all of them. */
  forget(ticketId?: string): void;
}

type Kept = {
  until: number;
  /** What to send, by address. */
  answers: Map<string, PreparedResponse>;
  private: Set<string>;
};

const KEEP_MS = 1_000;
const MAX_TICKETS = 1_000;
const pageUrl = /^\/api\/tickets(?:\?limit=([1-9]\d?|100))?$/;
const ticketUrl = /^\/api\/tickets\/([0-9a-f]{24})$/;
const DEFAULT_LIMIT = 50;

/** Keeps what it is shown for a second, or until it is told to forget it. */
export function frontPage(): FrontPage {
  const pages = new Map<number, Kept & { page: Promise<Page>; loaded?: Page }>();
  const tickets = new Map<string, Kept>();
  const forget = (ticketId?: string) => {
    pages.clear();
    if (ticketId) tickets.delete(ticketId);
    else tickets.clear();
  };

  function keptPage(url: string, limit: number): Kept | undefined {
    const kept = pages.get(limit);
    if (kept?.loaded && !kept.answers.has(url))
      kept.answers.set(url, prepareJson(kept.loaded.body, paginationHeaders(url, kept.loaded)));
    return kept;
  }

  return {
    forget,
    read(limit, load) {
      const known = pages.get(limit);
      if (known && Date.now() < known.until) return known.page;
      const page = load();
      const entry: Kept & { page: Promise<Page>; loaded?: Page } = {
        page,
        until: Date.now() + KEEP_MS,
        answers: new Map(),
        private: new Set(),
      };
      pages.set(limit, entry);
      page.then(
        (loaded) => Object.assign(entry, { loaded, private: loaded.private }),
        () => {
          if (pages.get(limit) === entry) pages.delete(limit);
        },
      );
      return page;
    },
    async show(id, load) {
      if (tickets.size >= MAX_TICKETS) tickets.clear();
      const entry: Kept = { until: Date.now() + KEEP_MS, answers: new Map(), private: new Set() };
      tickets.set(id, entry); // before the reading: a change meanwhile drops it again
      const ticket = await load();
      if (!ticket) return null;
      entry.private = new Set([ticket.userId, ...(ticket.buyerId ? [ticket.buyerId] : [])]);
      entry.answers.set(`/api/tickets/${id}`, prepareJson(JSON.stringify(publicTicket(ticket, undefined))));
      return ticket;
    },
    prepared(url, viewer) {
      const ticketId = ticketUrl.exec(url)?.[1];
      const page = ticketId ? undefined : pageUrl.exec(url);
      const kept = ticketId ? tickets.get(ticketId) : page && keptPage(url, Number(page[1] ?? DEFAULT_LIMIT));
      if (!kept || Date.now() >= kept.until || (viewer && kept.private.has(viewer.id))) return undefined;
      return kept.answers.get(url);
    },
  };
}

/** Every write of this process goes through its outbox: it is seen at once here, without waiting for its event. */
export function forgetting(front: FrontPage, outbox: Outbox): Outbox {
  return {
    ...outbox,
    flush(ticket) {
      front.forget(ticket._id);
      outbox.flush(ticket);
    },
  };
}
