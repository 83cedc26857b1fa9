import { currencies as table } from '../../../../common/src/currencies.ts';
import { aTicket } from '../../../test/fixtures.ts';
import { currencies } from '../../lib/currencies.ts';
import { toListingRequest } from './listing-values.ts';
import { toValues } from './to-values.ts';
import { english } from '../../i18n/translate.ts';

describe('values of the listing form', () => {
  it('offer currencies that the services accept', () => {
    expect(currencies.filter((currency) => !table.has(currency))).toEqual([]);
  });

  it('convert a ticket to values and back to the same request', () => {
    const { body, errors } = toListingRequest(english, toValues(aTicket({ price: 88.5 })), { isNew: false });
    expect(errors).toEqual([]);
    expect(body).toMatchObject({
      title: 'Mahler: Symphony No. 5',
      price: 88.5,
      faceValue: 80,
      notes: null,
    });
    expect(body).not.toHaveProperty('currency');
  });

  it('leave out empty optional fields of a new listing', () => {
    const { body } = toListingRequest(
      english,
      { title: ' Zine Fair ', price: '15', currency: 'gbp' },
      { isNew: true },
    );
    expect(JSON.parse(JSON.stringify(body))).toEqual({ title: 'Zine Fair', price: 15, currency: 'gbp' });
  });

  it('report an error for every field that cannot be sent', () => {
    const { errors } = toListingRequest(
      english,
      { title: ' ', price: '4:20', faceValue: 'x', currency: 'eur' },
      { isNew: true },
    );
    expect(errors.map(({ field }) => field)).toEqual(['title', 'price', 'faceValue']);
  });
});
