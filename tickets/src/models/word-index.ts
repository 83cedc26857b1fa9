import type { EventBus, EventData, Logger } from '@ticketing/common';
import { every } from '@ticketing/common';
import { listedEvents } from './listed-event.ts';
import { searchWords } from './search.ts';
import type { Expand } from './selection.ts';
import { Vocabulary } from './vocabulary.ts';

/** Repairs what an observation, which is not durable, has missed. */
const RELOAD_MS = 5 * 60 * 1000;

/** The words of all events, in the memory of each replica. */
export type WordIndex = {
  vocabulary: Vocabulary;
  /** Adds the words of all stored events. */
  load(): Promise<void>;
  close(): Promise<void>;
};

/** Loads the words in the background: until it is done, a search finds words by their beginnings only. */
export function createWordIndex(bus: EventBus, log: Logger): WordIndex {
  const vocabulary = new Vocabulary();
  async function load() {
    vocabulary.add(await listedEvents.distinct('words'));
  }
  const learn = (ticket: EventData<'ticket:updated'>) =>
    vocabulary.add(searchWords({ ...ticket, seat: undefined }));
  bus.observe('ticket:created', learn);
  bus.observe('ticket:updated', learn);
  const loading = every(RELOAD_MS, load, { name: 'load the words of events', log, immediately: true });
  return { vocabulary, load, close: () => loading.close() };
}

/** The words of tickets for a term: those that begin with it, and those that contain it. */
export function expandExactly(vocabulary: Vocabulary): Expand {
  return (term) => [new RegExp(`^${term}`, 'u'), ...vocabulary.matches(term).keys()];
}

/** As `expandExactly`, and the words that the term may be a misspelling of. */
export function expandWithTypos(vocabulary: Vocabulary): Expand {
  return (term) => [...expandExactly(vocabulary)(term), ...vocabulary.similar(term).keys()];
}
