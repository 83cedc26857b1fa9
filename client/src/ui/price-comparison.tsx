import type { ReactNode } from 'react';
import { compareToFace, formatMoney, type FaceComparison } from '../lib/money.ts';
import { useTranslate } from '#use-translate';

const WIDTH = 352;
const FULL = 340;

type Props = { price: number; faceValue: number; currency: string };

/** Price and face value as one bar: solid up to the smaller, then hatched above or outlined below face value. */
export function PriceComparison({ price, faceValue, currency }: Props) {
  const t = useTranslate();
  const comparison = compareToFace(t, price, faceValue, currency);
  if (!comparison) return null;
  return (
    <div className="glass">
      <Bar price={price} faceValue={faceValue} currency={currency} side={comparison.side} />
      <Legend price={price} faceValue={faceValue} currency={currency} comparison={comparison} />
    </div>
  );
}

function Bar({ price, faceValue, currency, side }: Props & { side: FaceComparison['side'] }) {
  const t = useTranslate();
  const scale = FULL / Math.max(price, faceValue);
  const solid = Math.max(4, Math.min(price, faceValue) * scale - 1.5);
  const rest = Math.max(0, Math.abs(price - faceValue) * scale - 1.5);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} 36`}
      role="img"
      aria-label={t('Face value {face}, this price {price}', {
        face: formatMoney(t, faceValue, currency),
        price: formatMoney(t, price, currency),
      })}
    >
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path d="M1.5 0v6" />
      </pattern>
      <rect className="g-rail" y="10" width={WIDTH} height="16" rx="4" />
      <rect className="g-face" y="10" width={solid} height="16" rx="4" />
      {side === 'over' && rest > 2 && (
        <rect
          className="g-over"
          fill="url(#hatch)"
          x={solid + 3}
          y="10.75"
          width={rest}
          height="14.5"
          rx="3"
        />
      )}
      {side === 'under' && rest > 2 && (
        <rect className="g-gap" x={solid + 3} y="10.75" width={rest} height="14.5" rx="3" />
      )}
    </svg>
  );
}

function Legend({ price, faceValue, currency, comparison }: Props & { comparison: FaceComparison }) {
  const t = useTranslate();
  const { side, difference, label } = comparison;
  const face = formatMoney(t, faceValue, currency);
  if (side === 'under') {
    return (
      <dl>
        <LegendRow swatch="face" label={t('You pay')} amount={formatMoney(t, price, currency)} />
        <LegendRow swatch="under" label={label} amount={difference} />
        <LegendRow label={t('Face value, printed on the ticket')} amount={face} />
      </dl>
    );
  }
  return (
    <dl>
      <LegendRow swatch="face" label={t('Face value, printed on the ticket')} amount={face} />
      {side === 'over' && <LegendRow swatch="over" label={label} amount={difference} />}
    </dl>
  );
}

type LegendRowProps = { swatch?: 'face' | 'under' | 'over'; label: ReactNode; amount: string };

function LegendRow({ swatch, label, amount }: LegendRowProps) {
  return (
    <div>
      <dt>
        {swatch && <span className={`key key--${swatch}`} />}
        {label}
      </dt>
      <dd className="num">{amount}</dd>
    </div>
  );
}
