'use client';

import { Elements, PaymentElement, useElements, useStripe } from '@stripe/react-stripe-js';
import type { Appearance, Stripe } from '@stripe/stripe-js';
import { loadStripe } from '@stripe/stripe-js/pure';
import { useEffect, useState, type FormEvent } from 'react';
import { send } from '../../lib/http.ts';
import type { Payment } from '../../lib/types.ts';
import { Note } from '../../ui/note.tsx';
import { PayButton } from './emulator-form.tsx';
import type { PaymentOutcome } from './pay.ts';
import { useTranslate } from '#use-translate';

const LOAD_TIMEOUT_MS = 8_000;

type Props = {
  orderId: string;
  publishableKey: string;
  amount: string;
  isBusy: boolean;
  blockedBecause: string | undefined;
  onBusy: (isBusy: boolean) => void;
  onOutcome: (result: PaymentOutcome) => void;
};

/** Stripe's iframe cannot read our custom properties, so it gets their computed colors. */
function appearance(): Appearance {
  const probe = document.createElement('span');
  document.body.append(probe);
  const color = (name: string) => {
    probe.className = name;
    return getComputedStyle(probe).color;
  };
  const variables = {
    colorPrimary: color('text-brand'),
    colorBackground: color('text-surface'),
    colorText: color('text-ink'),
    colorTextSecondary: color('text-ink-2'),
    borderRadius: '10px',
    fontSizeBase: '17px',
  };
  probe.remove();
  return { theme: 'stripe', variables };
}

type LoadResult = { stripe: Stripe; clientSecret: string } | { failure: 'script' | 'payments' } | undefined;

async function load(orderId: string, publishableKey: string): Promise<LoadResult> {
  const timeout = new Promise<null>((resolve) => setTimeout(() => resolve(null), LOAD_TIMEOUT_MS));
  const [stripe, response] = await Promise.all([
    Promise.race([loadStripe(publishableKey), timeout]).catch(() => null),
    send<Payment>('POST', '/api/payments', { orderId }),
  ]);
  if (!response.data?.clientSecret) return { failure: 'payments' };
  return stripe ? { stripe, clientSecret: response.data.clientSecret } : { failure: 'script' };
}

export function StripeForm(props: Props) {
  const t = useTranslate();
  const [loaded, setLoaded] = useState<LoadResult>();
  const [attempt, setAttempt] = useState(0);
  const { orderId, publishableKey } = props;

  useEffect(() => {
    let isCurrent = true;
    void load(orderId, publishableKey).then((result) => isCurrent && setLoaded(result));
    return () => {
      isCurrent = false;
    };
  }, [orderId, publishableKey, attempt]);

  if (!loaded) return <PayFormSkeleton />;
  if ('failure' in loaded) {
    return (
      <Note
        kind="hold"
        icon="alert"
        role="alert"
        title={
          loaded.failure === 'script'
            ? t('The card form did not load')
            : t('Payments are unavailable right now')
        }
      >
        <p>
          {t('You were not charged, and the ticket stays reserved for you.')}{' '}
          {loaded.failure === 'script' &&
            t('A content blocker may be blocking js.stripe.com, which collects the card details.')}
        </p>
        <p className="row">
          <button
            className="btn"
            type="button"
            onClick={() => {
              setLoaded(undefined);
              setAttempt(attempt + 1);
            }}
          >
            {t('Try again')}
          </button>
        </p>
      </Note>
    );
  }
  return (
    <Elements
      stripe={loaded.stripe}
      options={{ clientSecret: loaded.clientSecret, appearance: appearance(), loader: 'auto' }}
    >
      <CardForm {...props} />
    </Elements>
  );
}

export function PayFormSkeleton() {
  const t = useTranslate();
  return (
    <div className="stack payskel" aria-busy="true" role="group" aria-label={t('Loading the card form')}>
      <p className="skel skel--line skel--half" />
      <p className="skel payskel__box" />
    </div>
  );
}

const NOT_CONFIRMED = 'payment_intent_authentication_failure';

export function CardForm({ orderId, amount, isBusy, blockedBecause, onBusy, onOutcome }: Props) {
  const t = useTranslate();
  const stripe = useStripe();
  const elements = useElements();

  async function pay() {
    if (!stripe || !elements) return;
    const { error: invalid } = await elements.submit();
    if (invalid) return onBusy(false); // the element shows it beside its own field
    const { error } = await stripe.confirmPayment({
      elements,
      confirmParams: { return_url: window.location.origin + t.path(`/checkout/${orderId}/return`) },
      redirect: 'if_required',
    });
    if (!error) return onOutcome({ to: 'return', isConfirmed: true });
    if (error.type === 'validation_error') return onBusy(false);
    if (error.type === 'card_error' || error.code === NOT_CONFIRMED) {
      const code = error.decline_code ?? error.code;
      return onOutcome({
        to: 'problem',
        problem: { kind: 'declined', code, message: error.message, paymentId: error.payment_intent?.id },
      });
    }
    if (error.payment_intent?.status === 'succeeded' || error.payment_intent?.status === 'requires_capture') {
      return onOutcome({ to: 'return' });
    }
    onOutcome({ to: 'problem', problem: { kind: 'unreachable', requestId: undefined } });
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (isBusy || blockedBecause) return;
    onBusy(true);
    void pay();
  }

  return (
    <form className="stack stack--wide" onSubmit={onSubmit} aria-label={t('Payment')}>
      <div id="pay-form" tabIndex={-1}>
        <PaymentElement options={{ layout: 'accordion' }} />
      </div>
      <PayButton amount={amount} isBusy={isBusy} blockedBecause={blockedBecause} />
    </form>
  );
}
