import { toCard } from './card.ts';
import type { Ticket } from './types.ts';
import { english } from '../i18n/translate.ts';

const ticket: Ticket = {
  id: 'a'.repeat(24),
  eventId: 'e'.repeat(24),
  version: 0,
  title: 'Parsifal',
  price: 36,
  currency: 'eur',
  userId: 'b'.repeat(24),
  status: 'available',
  createdAt: '',
  updatedAt: '',
  hasSecret: false,
};

describe('toCard', () => {
  it('gives tickets of one event one poster, and a ticket without an event its own', () => {
    const other = { ...ticket, id: 'c'.repeat(24) };
    expect(toCard(english, other, undefined).posterId).toBe(toCard(english, ticket, undefined).posterId);

    delete other.eventId;
    expect(toCard(english, other, undefined).posterId).toBe(other.id);
  });
});
