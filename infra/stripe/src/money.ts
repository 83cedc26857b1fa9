import type { StripeError } from './errors.ts';
import { invalidRequest } from './errors.ts';

/*
 * What Stripe accepts, in Stripe's own terms (https://docs.stripe.com/currencies, November 2026). The emulator keeps
 * these facts itself: if it shared the shop's table, a wrong conversion in the shop would agree with itself.
 */

const zeroDecimal = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' ');
const threeDecimal = 'bhd jod kwd omr tnd'.split(' ');
/** Two decimals for compatibility, but no fractions: "the decimal amount is always 00". */
const wholeOnly = ['isk', 'ugx'];

/** Published smallest charges, in the unit of the API. */
const minimums = byCode(`
  usd 50, aed 200, ars 50, aud 50, brl 50, cad 50, chf 50, cop 50, czk 1500, dkk 250, eur 50, gbp 30,
  hkd 400, huf 17500, idr 50, ils 50, inr 50, jpy 50, krw 50, mxn 1000, myr 200, nok 300, nzd 50, php 50,
  pln 200, ron 200, rub 50, sek 300, sgd 50, thb 1000, zar 50
`);

/**
 * The other currencies, with about what a US dollar buys: Stripe converts such a charge to the currency of the account,
 * which is US dollars here, and applies its minimum of 0.50.
 */
const perDollar = byCode(`
  afn 70, all 84, amd 384, aoa 915, awg 1.8, azn 1.7, bam 1.68, bbd 2, bdt 122, bhd 0.376, bif 2950, bmd 1,
  bnd 1.29, bob 6.95, bsd 1, bwp 13.5, byn 2.95, bzd 2.01, cdf 2300, clp 940, cny 7.1, crc 505, cve 95,
  djf 178, dop 63, dzd 130, egp 48, etb 152, fjd 2.26, fkp 0.75, gel 2.7, gip 0.75, gmd 73, gnf 8680,
  gtq 7.7, gyd 209, hnl 26.3, htg 131, isk 126, jmd 160, jod 0.709, kes 129, kgs 87.5, khr 4020, kmf 422,
  kwd 0.307, kyd 0.83, kzt 530, lak 21700, lbp 89500, lkr 305, lrd 180, lsl 17.3, mad 9.2, mdl 17,
  mga 4500, mkd 53, mmk 2100, mnt 3570, mop 8, mur 46, mvr 15.4, mwk 1735, mzn 64, nad 17.3, ngn 1450,
  nio 36.8, npr 142, omr 0.3845, pab 1, pen 3.4, pgk 4.25, pkr 281, pyg 7100, qar 3.64, rsd 101, rwf 1450,
  sar 3.75, sbd 8.2, scr 14, shp 0.75, sle 23, sos 571, srd 38.5, szl 17.3, tjs 9.3, tnd 2.95, top 2.4,
  try 42, ttd 6.8, twd 31, tzs 2450, uah 42, ugx 3600, uyu 39.5, uzs 12000, vnd 26300, vuv 121, wst 2.75,
  xaf 565, xcd 2.7, xcg 1.79, xof 565, xpf 103, yer 239, zmw 22.5
`);

/** Digits of the largest amount where there are more than 8. */
const digits = byCode('idr 12, lbp 11, cop 10, huf 10, inr 9');

const supported = [...minimums.keys(), ...perDollar.keys()];

export function isSupported(currency: string): boolean {
  return supported.includes(currency);
}

/** Stripe's message for a currency that it does not support. It has no code. */
export function invalidCurrencyMessage(currency: string): string {
  return `Invalid currency: ${currency}. Stripe currently supports these currencies: ${supported.join(', ')}`;
}

/** The decimals of the API's integers; ISO 4217 has others for isk, ugx and mga. */
export function decimals(currency: string): number {
  return zeroDecimal.includes(currency) ? 0 : threeDecimal.includes(currency) ? 3 : 2;
}

/** Throws what Stripe answers to a charge that is too small, too large, or has digits that the currency lacks. */
export function requireChargeableAmount(amount: number, currency: string): void {
  requireWholeUnits(amount, currency);
  const minimum =
    minimums.get(currency) ?? Math.ceil(0.5 * (perDollar.get(currency) ?? 1) * 10 ** decimals(currency));
  if (amount < minimum)
    throw invalidAmount(`at least ${formatMoney(minimum, currency)} ${currency}`, 'amount_too_small');
  const maximum = 10 ** (digits.get(currency) ?? 8) - 1;
  if (amount > maximum)
    throw invalidAmount(`no more than ${formatMoney(maximum, currency)} ${currency}`, 'amount_too_large');
}

/**
 * Throws for 12345 kwd and 550 isk; the rule is for charges and refunds. Stripe documents no error code for it, so this is
 * its code for invalid amounts.
 */
export function requireWholeUnits(amount: number, currency: string): void {
  const step = threeDecimal.includes(currency) ? 10 : wholeOnly.includes(currency) ? 100 : 1;
  if (amount % step === 0) return;
  throw invalidAmount(`divisible by ${step} in ${currency}`, 'invalid_charge_amount');
}

/** `amount` is in the unit of the API. The symbol comes from Intl, the number of decimals from the lists above. */
export function formatMoney(amount: number, currency: string): string {
  const places = decimals(currency);
  const fraction = { minimumFractionDigits: places, maximumFractionDigits: places };
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency, ...fraction });
  return format.format(amount / 10 ** places);
}

function invalidAmount(bound: string, code: string): StripeError {
  return invalidRequest(`Amount must be ${bound}`, { code, param: 'amount' });
}

function byCode(text: string): Map<string, number> {
  const entries = text.split(',').map((entry) => entry.trim());
  return new Map(entries.map((entry) => [entry.slice(0, 3), Number(entry.slice(4))]));
}
