/**
 * The currencies in which a ticket can be sold: those that Stripe accepts for card payments and that are in ISO's list of
 * current currencies. Facts only, maintained by hand; nothing is read from `Intl`, because its data differ between builds
 * of Node. docs/decisions/0017-a-currency-table.md names the source and the date of every column.
 */
export type Currency = {
  /** Decimals by ISO 4217. Prices are shown with them, and amounts are stored in units of the last one. */
  decimals: number;
  /** Decimals of the integer that Stripe's API expects. */
  stripeDecimals: number;
  /** In minor units: a chargeable amount is a multiple of it. */
  step: number;
  /** In minor units: the smallest and the largest chargeable amount. */
  minimum: number;
  maximum: number;
};

/** Smallest charges in major units that Stripe publishes. Each holds where the account settles in that currency. */
const publishedMinimums = byCode(`
  usd 0.5, aed 2, ars 0.5, aud 0.5, brl 0.5, cad 0.5, chf 0.5, cop 0.5, czk 15, dkk 2.5, eur 0.5, gbp 0.3,
  hkd 4, huf 175, idr 0.5, ils 0.5, inr 0.5, jpy 50, krw 50, mxn 10, myr 2, nok 3, nzd 0.5, php 0.5, pln 2,
  ron 2, rub 0.5, sek 3, sgd 0.5, thb 10, zar 0.5
`);

/**
 * Smallest charges in major units where Stripe publishes none: Stripe converts such a charge and applies the minimum of
 * the account's own currency. Each is at least US$0.60, rounded up to 1, 2 or 5 times a power of ten.
 */
const estimatedMinimums = byCode(`
  afn 50, all 100, amd 500, aoa 1000, awg 2, azn 2, bam 2, bbd 2, bdt 100, bhd 0.5, bif 2000, bmd 1, bnd 1,
  bob 5, bsd 1, bwp 10, byn 2, bzd 2, cdf 2000, clp 1000, cny 5, crc 500, cve 100, djf 200, dop 50,
  dzd 100, egp 50, etb 100, fjd 2, fkp 0.5, gel 2, gip 0.5, gmd 50, gnf 10000, gtq 5, gyd 200, hnl 20,
  htg 100, isk 100, jmd 100, jod 0.5, kes 100, kgs 100, khr 5000, kmf 500, kwd 0.2, kyd 0.5, kzt 500,
  lak 20000, lbp 100000, lkr 200, lrd 200, lsl 20, mad 10, mdl 20, mga 5000, mkd 50, mmk 2000, mnt 5000,
  mop 5, mur 50, mvr 10, mwk 2000, mzn 50, nad 20, ngn 1000, nio 50, npr 100, omr 0.5, pab 1, pen 5, pgk 5,
  pkr 200, pyg 5000, qar 5, rsd 100, rwf 1000, sar 5, sbd 5, scr 10, shp 0.5, sle 20, sos 500, srd 50,
  szl 20, tjs 10, tnd 2, top 2, try 50, ttd 5, twd 20, tzs 2000, uah 50, ugx 5000, uyu 50, uzs 10000,
  vnd 20000, vuv 100, wst 2, xaf 500, xcd 2, xcg 2, xof 500, xpf 100, yer 200, zmw 20
`);

/** ISO 4217 decimals that are not 2. */
const isoDecimals = byCode(`
  bif 0, clp 0, djf 0, gnf 0, isk 0, jpy 0, kmf 0, krw 0, pyg 0, rwf 0, ugx 0, vnd 0, vuv 0, xaf 0, xof 0,
  xpf 0, bhd 3, jod 3, kwd 3, omr 3, tnd 3
`);

/**
 * Where Stripe's decimals are not ISO's: ISK and UGX are sent with two decimals that are always 00; the ariary, which ISO
 * gives two, is sent without any.
 */
const ownStripeDecimals = byCode('isk 2, ugx 2, mga 0');

/** Digits of the largest amount, in Stripe's unit, where there are more than 8. */
const maximumDigits = byCode('idr 12, lbp 11, cop 10, huf 10, inr 9');

/** Every currency by its ISO 4217 code in lower case. */
export const currencies: ReadonlyMap<string, Currency> = new Map(
  [...publishedMinimums, ...estimatedMinimums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, minimumPrice]) => [code, toCurrency(code, minimumPrice)]),
);

function toCurrency(code: string, minimumPrice: number): Currency {
  const decimals = isoDecimals.get(code) ?? 2;
  const stripeDecimals = ownStripeDecimals.get(code) ?? decimals;
  // Of three decimals Stripe requires the last to be 0, and a part of Stripe's own unit cannot be charged.
  const step = decimals === 3 ? 10 : Math.max(1, 10 ** (decimals - stripeDecimals));
  const maximum = (10 ** (maximumDigits.get(code) ?? 8) - 1) * 10 ** (decimals - stripeDecimals);
  return {
    decimals,
    stripeDecimals,
    step,
    minimum: Math.round(minimumPrice * 10 ** decimals),
    maximum: Math.floor(maximum / step) * step,
  };
}

/** Reads "usd 0.5, aed 2": one line holds more of a table than an object literal would. */
function byCode(text: string): Map<string, number> {
  const entries = text.split(',').map((entry) => entry.trim());
  return new Map(entries.map((entry) => [entry.slice(0, 3), Number(entry.slice(4))]));
}
