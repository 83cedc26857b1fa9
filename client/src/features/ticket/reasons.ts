import type { FieldError } from '../../lib/types.ts';

const REASONS: Record<string, string> = {
  ticket_reserved: 'Someone else got there first and is paying for it now. You were not charged.',
  ticket_sold: 'It has just been sold. You were not charged.',
  ticket_withdrawn: 'The seller has withdrawn it. You were not charged.',
  price_changed: 'The price has changed. Nothing is reserved yet, and you were not charged.',
  listing_changed: 'The seller has changed the listing. Nothing is reserved yet, and you were not charged.',
  cooldown: 'You had it reserved just now, so only others can reserve it. You were not charged.',
  reservation_limit:
    'You have as many reservations as one buyer may have. Pay for one of them or release one first.',
  rate_limited: 'You, or others on your network, did this very often. You were not charged.',
  event_over: 'The event is over, so you can’t reserve it any more.',
  own_ticket: 'This is your own listing, so you can’t reserve it.',
};

export function knownReason(code: string | undefined): string | undefined {
  return REASONS[code ?? ''];
}

/** Why the ticket could not be reserved, as a sentence for the buyer. */
export function reasonFor({ code, message }: FieldError): string {
  return knownReason(code) ?? message;
}
