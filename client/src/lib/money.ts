import type { Translate } from '../i18n/translate.ts';
import { formatterOf } from './formatter.ts';

/** ISO 4217 decimals that are not 2; a test compares them with the table of the services, which is too large for a page. */
const NO_DECIMALS = /bif|clp|djf|gnf|isk|jpy|kmf|krw|pyg|rwf|ugx|vnd|vuv|xaf|xof|xpf/;
const THREE_DECIMALS = /bhd|jod|kwd|omr|tnd/;

/** The number of decimals of a currency: 2 for eur, 0 for jpy. Never from Intl, whose data differ between browsers. */
export function decimalsOf(currency: string): number {
  return NO_DECIMALS.test(currency) ? 0 : THREE_DECIMALS.test(currency) ? 3 : 2;
}

function format(
  t: Translate,
  price: number,
  currency: string,
  minimumFractionDigits = decimalsOf(currency),
): string {
  return formatterOf('NumberFormat', t.language, {
    style: 'currency',
    currency,
    minimumFractionDigits,
    maximumFractionDigits: decimalsOf(currency),
  }).format(price);
}

/** 88 eur is €88.00 in English and 88,00 € in German. */
export function formatMoney(t: Translate, price: number, currency: string): string {
  return format(t, price, currency);
}

/** For cards: whole amounts from 1,000 have no decimals. */
export function formatShortMoney(t: Translate, price: number, currency: string): string {
  return price >= 1000 ? formatChartMoney(t, price, currency) : format(t, price, currency);
}

/** For charts: whole amounts have no decimals, and nothing is rounded. */
export function formatChartMoney(t: Translate, price: number, currency: string): string {
  return format(t, price, currency, Number.isInteger(price) ? 0 : undefined);
}

/** Integer minor units, for exact sums and differences. */
export function toMinorUnits(price: number, currency: string): number {
  return Math.round(price * 10 ** decimalsOf(currency));
}

export type FaceComparison = {
  percent: number;
  side: 'under' | 'at' | 'over';
  difference: string;
  label: string;
};

/** Compares the price with the face value; undefined without a face value. */
export function compareToFace(
  t: Translate,
  price: number,
  faceValue: number | undefined,
  currency: string,
): FaceComparison | undefined {
  if (faceValue === undefined || faceValue <= 0) return undefined;
  const face = toMinorUnits(faceValue, currency);
  const difference = toMinorUnits(price, currency) - face;
  const percent = Math.round((Math.abs(difference) / face) * 100);
  const side = difference === 0 ? 'at' : difference < 0 ? 'under' : 'over';
  const label =
    side === 'at'
      ? t('At face value')
      : t(side === 'under' ? '{percent}% under face' : '{percent}% over face', {
          percent: percent || t('Under 1'),
        });
  const text = formatMoney(t, Math.abs(difference) / 10 ** decimalsOf(currency), currency);
  return { percent, side, difference: text, label };
}
