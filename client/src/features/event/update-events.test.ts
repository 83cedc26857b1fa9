import type { Event } from '../../lib/types.ts';
import { updateEvents } from './update-events.ts';

const anEvent = (id: string, available = 2): Event => ({
  id,
  slug: id,
  title: id,
  available,
  prices: [{ currency: 'eur', available, lowest: 10, highest: 20 }],
});
const [a, b, c] = ['a', 'b', 'c'].map((id) => anEvent(id)) as [Event, Event, Event];

describe('updateEvents', () => {
  it('shows the new counts in the same places', () => {
    const sold = anEvent('b', 1);
    expect(updateEvents([a, b], [sold, a])).toEqual({ shown: [a, sold], fresh: 0 });
  });

  it('shows an event that is gone without tickets', () => {
    expect(updateEvents([a, b], [b]).shown).toEqual([{ ...a, available: 0, prices: [] }, b]);
  });

  it('counts new events, and keeps as they were those that the new ones may have moved to the next page', () => {
    expect(updateEvents([a, b], [c, a])).toEqual({ shown: [a, b], fresh: 1 });
    expect(updateEvents([a, b], [c, b]).shown[0]).toMatchObject({ id: 'a', available: 0 });
  });
});
