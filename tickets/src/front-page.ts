import type { EventBus, Outbox } from '@ticketing/common';

/** A list as it was read, ready to send. */
export type Page = { body: string; next?: string; prev?: string; total: number };

/** What everybody sees first, so that a rush on it is one query a second and not thousands. */
export interface FrontPage {
  /** The page of this size as kept, or as `load` reads it; many who ask at once share one reading. */
  read(limit: number, load: () => Promise<Page>): Promise<Page>;
  forget(): void;
}

const KEEP_MS = 1_000;

/** Keeps pages for a second, or until any replica changes a ticket. */
export function frontPage(bus: EventBus): FrontPage {
  const kept = new Map<number, { page: Promise<Page>; until: number }>();
  const forget = () => {
    kept.clear();
  };
  bus.observe('ticket:created', forget);
  bus.observe('ticket:updated', forget);

  return {
    forget,
    read(limit, load) {
      const known = kept.get(limit);
      if (known && Date.now() < known.until) return known.page;
      const page = load();
      const entry = { page, until: Date.now() + KEEP_MS };
      kept.set(limit, entry);
      page.catch(() => {
        if (kept.get(limit) === entry) kept.delete(limit);
      });
      return page;
    },
  };
}

/** Every write of this process goes through its outbox: it is seen at once here, without waiting for its event. */
export function forgetting(front: FrontPage, outbox: Outbox): Outbox {
  return {
    ...outbox,
    flush(ticket) {
      front.forget();
      outbox.flush(ticket);
    },
  };
}
