/** Something that the services do only to be faster. The patch `without/<name>.patch` removes it. */
export type Optimization = {
  name: string;
  description: string;
  /** The scenarios that it was made for. */
  scenarios: readonly string[];
};

export const optimizations: readonly Optimization[] = [
  {
    name: 'fast-path',
    description: 'prepared answers to GET are sent without Express',
    scenarios: ['current-user', 'list', 'show'],
  },
  {
    name: 'front-page-cache',
    description: 'tickets keeps the front page and single tickets for a second',
    scenarios: ['list', 'show'],
  },
  {
    name: 'batched-reads',
    description: 'concurrent reads by id share one find',
    scenarios: ['order', 'hot-ticket'],
  },
  {
    name: 'coalesced-reads',
    description: 'concurrent requests for one ticket share one read of its latest order',
    scenarios: ['hot-ticket'],
  },
  {
    name: 'batched-writes',
    description: 'concurrent inserts and updates share one bulkWrite',
    scenarios: ['create', 'order'],
  },
  {
    name: 'drain-window',
    description: 'published events are removed from their outboxes every 250 ms',
    scenarios: ['buy'],
  },
  {
    name: 'last-written',
    description: 'a process keeps the states that it wrote last, so that its next change needs no read',
    scenarios: ['buy'],
  },
  {
    name: 'early-optimization',
    description: 'V8 optimizes a function fully after 600 calls instead of 3,000 (Node 24)',
    scenarios: ['buy', 'order', 'create', 'hot-ticket'],
  },
];
