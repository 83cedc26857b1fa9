import type { Offer } from './offer-key.ts';
import { offerKey } from './offer-key.ts';

const offer: Offer = {
  userId: '6741b9e00000000000000001',
  status: 'available',
  title: 'Requiem',
  startsAt: new Date('2031-06-12T18:00:00Z'),
  venue: 'Théâtre Royal',
  seat: 'Block A, row 1, seat 1',
};
const keyOf = (changes: Partial<Offer>) => offerKey({ ...offer, ...changes });

describe('offerKey', () => {
  it.each<[string, Partial<Offer>]>([
    ['case', { seat: 'BLOCK A, ROW 1, SEAT 1' }],
    ['spaces', { seat: ' Block\u00A0A,row 1,  seat\t1 ' }],
    ['punctuation', { seat: 'Block A / row 1 - seat 1.' }],
    ['full-width digits', { seat: 'Block A, row １, seat １' }],
    ['zero-width characters', { seat: 'Block A, row 1, se\u200Bat 1' }],
    ['the Unicode form of an accent', { venue: 'The\u0301a\u0302tre Royal' }],
    ['a missing accent', { venue: 'theatre royal' }],
    ['the title, when the venue is known', { title: 'Mozart: Requiem' }],
    ['the second of the event', { startsAt: new Date('2031-06-12T18:00:30Z') }],
    ['a reservation', { status: 'reserved' }],
    ['a sale', { status: 'sold' }],
  ])('is the same with another value of: %s', (_what, changes) => {
    expect(offerKey(offer)).toBeDefined();
    expect(keyOf(changes)).toBe(offerKey(offer));
  });

  it.each<[string, Partial<Offer>]>([
    ['seller', { userId: '6741b9e00000000000000002' }],
    ['minute', { startsAt: new Date('2031-06-12T18:01:00Z') }],
    ['venue', { venue: 'Opéra' }],
    ['seat number', { seat: 'Block A, row 1, seat 2' }],
    ['row', { seat: 'Block A, row 2, seat 1' }],
    ['order of row and seat', { seat: 'Block A, seat 1, row 1' }],
    ['symbol', { seat: 'Block A+, row 1, seat 1' }],
  ])('differs for another %s', (_what, changes) => {
    expect(keyOf(changes)).not.toBe(offerKey(offer));
  });

  it('identifies the event by its title when the venue is missing', () => {
    expect(keyOf({ venue: undefined })).toBe(keyOf({ venue: undefined, title: 'REQUIEM' }));
    expect(keyOf({ venue: undefined })).not.toBe(keyOf({ venue: undefined, title: 'Faust' }));
  });

  it.each<[string, Partial<Offer>]>([
    ['a withdrawn ticket', { status: 'withdrawn' }],
    ['a ticket without a date', { startsAt: undefined }],
    ['a ticket without a seat', { seat: undefined }],
    ['a seat of punctuation only', { seat: '-' }],
    ['general admission', { seat: 'General Admission' }],
    ['a standing place', { seat: 'Standing, stalls' }],
    ['an unreserved seat', { seat: 'Unreserved' }],
    ['GA', { seat: 'GA' }],
    ['a standing place in German', { seat: 'Stehplätze' }],
  ])('is undefined for %s', (_what, changes) => {
    expect(keyOf(changes)).toBeUndefined();
  });

  it('takes a seat whose text only contains such a word as a seat', () => {
    expect(keyOf({ seat: 'Gallery 4' })).toBeDefined();
  });
});
