import { readChargeablePrice, readPrice } from '@ticketing/common';
import { catalog } from './seed-catalog.ts';

describe('the demo catalog', () => {
  it.each(Object.values(catalog).flat())(
    'has a price that can be charged: $title, $price $currency',
    ({ price, faceValue, currency }) => {
      expect(readChargeablePrice(price, currency)).toHaveProperty('amount');
      if (faceValue !== undefined) expect(readPrice(faceValue, currency)).toHaveProperty('amount');
    },
  );
});
