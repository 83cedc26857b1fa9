'use client';

import { useState, type FormEvent } from 'react';
import type { Scenario } from '../../lib/types.ts';
import { Icon } from '../../ui/icon.tsx';
import { useTranslate } from '#use-translate';
import type { Translate } from '../../i18n/translate.ts';

type Props = {
  scenarios: Scenario[];
  amount: string;
  isBusy: boolean;
  blockedBecause: string | undefined;
  onPay: (token: string) => void;
};

/** Splits "Insufficient funds (9995)" or "Slow bank, 8 seconds" into a name and a detail. */
function split(t: Translate, label: string): [string, string | undefined] {
  const [, name = label, inBrackets, afterComma] = /^([^(,]+?)(?:\s*\((.*)\)|,\s*(.*))?$/.exec(label) ?? [];
  const detail = inBrackets ?? afterComma;
  return [name, detail && /^\d{4}$/.test(detail) ? t('ends {digits}', { digits: detail }) : detail];
}

/** Offers named outcomes instead of a card field, so that no real card number can be typed in. */
export function EmulatorForm({ scenarios, amount, isBusy, blockedBecause, onPay }: Props) {
  const t = useTranslate();
  const [token, setToken] = useState(scenarios[0]?.token ?? '');
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (!isBusy && !blockedBecause && token) onPay(token);
  }
  return (
    <form className="stack stack--wide" onSubmit={onSubmit} aria-label={t('Test payment')}>
      <fieldset id="pay-form" tabIndex={-1}>
        <legend className="h2">{t('Test payment')}</legend>
        <p className="meta gap-b">
          {t('No card is needed and none is charged. Choose what the bank should do.')}
        </p>
        <div className="choices choices--two">
          {scenarios.map((scenario) => {
            const [name, detail] = split(t, scenario.label);
            return (
              <label className="choice" key={scenario.token}>
                <input
                  type="radio"
                  name="scenario"
                  value={scenario.token}
                  checked={scenario.token === token}
                  onChange={() => setToken(scenario.token)}
                />
                <span>
                  <b>{name}</b>
                  {detail && <span className="meta">{detail}</span>}
                </span>
              </label>
            );
          })}
        </div>
      </fieldset>
      <PayButton amount={amount} isBusy={isBusy} blockedBecause={blockedBecause} />
    </form>
  );
}

type PayButtonProps = { amount: string; isBusy: boolean; blockedBecause: string | undefined };

export function PayButton({ amount, isBusy, blockedBecause }: PayButtonProps) {
  const t = useTranslate();
  return (
    <div className="stack">
      <button
        className="btn btn--main btn--big btn--wide"
        type="submit"
        aria-busy={isBusy}
        aria-disabled={isBusy || blockedBecause !== undefined}
        aria-describedby="pay-note"
      >
        {isBusy ? (
          t('Paying')
        ) : (
          <>
            <Icon name="lock" /> {t('Pay {amount}', { amount })}
          </>
        )}
      </button>
      <p className="meta center" id="pay-note">
        {blockedBecause ?? t('You are charged only when the ticket is yours.')}
      </p>
    </div>
  );
}
