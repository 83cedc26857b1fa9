import { cloudEvent } from '../events.ts';
import { newId } from '../store/mongo.ts';
import { inMemoryEventBus } from '../testing.ts';
import type { FactSources } from './own-facts.ts';
import { ownFacts } from './own-facts.ts';

const userId = newId();
const ids = { orders: [], tickets: [], users: [userId], intents: [] };
const read = () => Promise.resolve({ moments: [] });
const deadLetters = { read: () => Promise.resolve([]) };

const ended = (of: string, id: string, about = {}) =>
  cloudEvent(
    'session:ended',
    { id, source: 'auth', subject: of, ...about },
    { userId: of, sid: null, sessionVersion: 1 },
  );

describe('ownFacts', () => {
  it('has the events of the service that mention an id, once and without replays', async () => {
    const bus = inMemoryEventBus();
    const observed: FactSources['bus'] = {
      observe(name, handler, options) {
        const observation = bus.observe(name, handler, options);
        if (name !== 'session:ended') return observation;
        const at = new Date('2026-11-28T12:00:00.000Z');
        for (const event of [
          ended(userId, `user:${userId}:1`, { time: at, replay: true }),
          ended(userId, `user:${userId}:2`, { time: at }),
          ended(userId, `user:${userId}:2`, { time: new Date() }),
          ended(newId(), `user:${newId()}:1`),
        ])
          (handler as (data: unknown, event: unknown) => void)(event.data, event);
        return observation;
      },
    };

    const facts = await ownFacts('auth', ids, { read, deadLetters, bus: observed });

    expect(facts.moments).toEqual([
      {
        ...{ at: '2026-11-28T12:00:00.000Z', service: 'auth', kind: 'user', id: userId, version: 2 },
        what: 'all sessions ended',
      },
    ]);
    expect(facts.problems).toEqual([]);
  });

  it('stops to read the event log after the largest number of events, and says so', async () => {
    const bus = inMemoryEventBus();
    const endless: FactSources['bus'] = {
      observe(name, handler) {
        const own = bus.observe(name, handler);
        if (name === 'session:ended')
          for (const n of [1, 2, 3]) {
            const event = ended(userId, `user:${userId}:${n}`);
            (handler as (data: unknown, event: unknown) => void)(event.data, event);
          }
        return { ...own, replayed: new Promise(() => undefined) };
      },
    };

    const facts = await ownFacts('auth', ids, { read, deadLetters, bus: endless }, { maxEvents: 2 });

    expect(facts.moments.map(({ version }) => version)).toEqual([1, 2]);
    expect(facts.problems).toEqual([
      'auth: the whole event log cannot be read: it has more than 2 events since then',
    ]);
  });

  it('reports what cannot be read, and has the rest', async () => {
    const silent: FactSources['bus'] = {
      observe: () => ({ replayed: new Promise(() => undefined), close: () => undefined }),
    };
    const at = new Date('2026-11-28T12:00:00.000Z');
    const event = ended(userId, `user:${userId}:1`);
    const about = {
      id: 'session:ended:4',
      at,
      channel: 'session:ended',
      event,
      error: 'broken',
      attempts: 10,
    };
    const unrelated = { ...about, id: 'session:ended:5', event: ended(newId(), 'user:other:1') };

    const facts = await ownFacts(
      'auth',
      ids,
      {
        read: () => Promise.reject(new Error('connection refused')),
        deadLetters: { read: () => Promise.resolve([about, unrelated]) },
        bus: silent,
      },
      { withinMs: 10 },
    );

    expect(facts.problems.sort()).toEqual([
      'auth: the store cannot be read: connection refused',
      'auth: the whole event log cannot be read: no answer within 0.01 s',
    ]);
    expect(facts.deadLetters).toEqual([
      {
        ...{ id: 'session:ended:4', at: at.toISOString(), type: 'session:ended' },
        ...{ eventId: event.id, error: 'broken' },
      },
    ]);
  });
});
