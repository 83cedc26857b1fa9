import { compareToFace, money } from '../lib/money.ts';

const WIDTH = 352;
const FULL = 340;

/** Face value against price as one bar: solid to the smaller, hatched over face, an empty outline under it. */
export function PriceGlass({
  price,
  faceValue,
  currency,
}: {
  price: number;
  faceValue: number;
  currency: string;
}) {
  const comparison = compareToFace(price, faceValue, currency);
  if (!comparison) return null;
  const scale = FULL / Math.max(price, faceValue);
  const solid = Math.max(4, Math.min(price, faceValue) * scale - 1.5);
  const rest = Math.max(0, Math.abs(price - faceValue) * scale - 1.5);
  const { side, difference, words } = comparison;
  return (
    <div className="glass">
      <svg
        viewBox={`0 0 ${WIDTH} 36`}
        role="img"
        aria-label={`Face value ${money(faceValue, currency)}, this price ${money(price, currency)}`}
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
      <dl>
        {side === 'under' ? (
          <>
            <div>
              <dt>
                <span className="key key--face" />
                You pay
              </dt>
              <dd className="num">{money(price, currency)}</dd>
            </div>
            <div>
              <dt>
                <span className="key key--under" />
                {words}
              </dt>
              <dd className="num">{difference}</dd>
            </div>
            <div>
              <dt>Face value, printed on the ticket</dt>
              <dd className="num">{money(faceValue, currency)}</dd>
            </div>
          </>
        ) : (
          <>
            <div>
              <dt>
                <span className="key key--face" />
                Face value, printed on the ticket
              </dt>
              <dd className="num">{money(faceValue, currency)}</dd>
            </div>
            {side === 'over' && (
              <div>
                <dt>
                  <span className="key key--over" />
                  {words}
                </dt>
                <dd className="num">{difference}</dd>
              </div>
            )}
          </>
        )}
      </dl>
    </div>
  );
}
