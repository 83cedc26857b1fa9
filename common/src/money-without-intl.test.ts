describe('money without Intl', () => {
  const intl = globalThis.Intl;
  afterEach(() => {
    globalThis.Intl = intl;
  });

  it('has the same facts: no currency depends on the ICU data of a build of Node', () =>
    // What was loaded with Intl, for other tests, must neither be used here nor replaced.
    jest.isolateModulesAsync(async () => {
      Reflect.deleteProperty(globalThis, 'Intl');
      const { currencies } = await import('./currencies.ts');
      const money = await import('./money.ts');

      expect(typeof Intl).toBe('undefined');
      expect(money.decimals('huf')).toBe(2);
      for (const [code, { minimum, maximum }] of currencies)
        for (const amount of [minimum, maximum]) {
          const price = money.toPrice(amount, code);
          expect(money.readChargeablePrice(price, code)).toEqual({ amount });
          expect(money.fromStripeAmount(money.toStripeAmount(amount, code) ?? NaN, code)).toBe(amount);
        }
    }));
});
