/** The currencies that people choose from. */
export const currencies = [
  'usd',
  'eur',
  'gbp',
  'chf',
  'nok',
  'sek',
  'dkk',
  'pln',
  'czk',
  'jpy',
  'cad',
  'aud',
] as const;
