import { Elements } from '@stripe/react-stripe-js';
import type { Stripe } from '@stripe/stripe-js';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import type { PaymentOutcome } from './pay.ts';
import { CardForm } from './stripe-form.tsx';

type Outcome = { error?: Record<string, unknown> };

/** The part of Stripe.js that the form uses. */
function fakeStripe({ submit = {}, confirm = {} }: { submit?: Outcome; confirm?: Outcome }) {
  const confirmed: unknown[] = [];
  const element = {
    mount: () => undefined,
    destroy: () => undefined,
    on: () => element,
    off: () => element,
    update: () => undefined,
  };
  const elements = {
    create: () => element,
    getElement: () => null,
    update: () => undefined,
    on: () => undefined,
    off: () => undefined,
    submit: () => Promise.resolve(submit),
  };
  const stripe = {
    elements: () => elements,
    createToken: () => undefined,
    createPaymentMethod: () => undefined,
    confirmCardPayment: () => undefined,
    registerAppInfo: () => undefined,
    _registerWrapper: () => undefined,
    confirmPayment: (options: unknown) => {
      confirmed.push(options);
      return Promise.resolve(confirm);
    },
  };
  return { stripe: stripe as unknown as Stripe, confirmed };
}

function Checkout({ stripe, onOutcome }: { stripe: Stripe; onOutcome: (outcome: PaymentOutcome) => void }) {
  const [isBusy, setBusy] = useState(false);
  return (
    <Elements stripe={stripe} options={{ clientSecret: 'pi_1_secret_2' }}>
      <CardForm
        orderId="6741b9e00000000000000002"
        publishableKey="pk_test_1"
        amount="€88.00"
        isBusy={isBusy}
        blockedBecause={undefined}
        onBusy={setBusy}
        onOutcome={(outcome) => {
          setBusy(false);
          onOutcome(outcome);
        }}
      />
    </Elements>
  );
}

async function pay(answers: Parameters<typeof fakeStripe>[0]) {
  const { stripe, confirmed } = fakeStripe(answers);
  const outcomes: PaymentOutcome[] = [];
  await act(async () => {
    render(<Checkout stripe={stripe} onOutcome={(outcome) => outcomes.push(outcome)} />);
    await Promise.resolve();
  });
  await userEvent.click(screen.getByRole('button', { name: 'Pay €88.00' }));
  await waitFor(() => expect(screen.getByRole('button', { name: 'Pay €88.00' })).toBeEnabled());
  return { outcomes, confirmed };
}

describe('CardForm', () => {
  it('confirms the payment at Stripe and continues to the return page', async () => {
    const { outcomes, confirmed } = await pay({});
    expect(outcomes).toEqual([{ to: 'return', isConfirmed: true }]);
    expect(confirmed).toMatchObject([
      {
        redirect: 'if_required',
        confirmParams: { return_url: 'http://localhost/checkout/6741b9e00000000000000002/return' },
      },
    ]);
  });

  it('does not confirm while the Payment Element reports an incomplete field', async () => {
    const { outcomes, confirmed } = await pay({ submit: { error: { type: 'validation_error' } } });
    expect(outcomes).toEqual([]);
    expect(confirmed).toEqual([]);
  });

  it('reports a decline with the decline code of the bank', async () => {
    const { outcomes } = await pay({
      confirm: {
        error: {
          type: 'card_error',
          code: 'card_declined',
          decline_code: 'insufficient_funds',
          payment_intent: { id: 'pi_1' },
        },
      },
    });
    expect(outcomes).toMatchObject([
      { to: 'problem', problem: { kind: 'declined', code: 'insufficient_funds', paymentId: 'pi_1' } },
    ]);
  });

  it('reports a failed authentication as a decline', async () => {
    const { outcomes } = await pay({
      confirm: { error: { type: 'invalid_request_error', code: 'payment_intent_authentication_failure' } },
    });
    expect(outcomes).toMatchObject([
      { to: 'problem', problem: { kind: 'declined', code: 'payment_intent_authentication_failure' } },
    ]);
  });

  it('continues when the payment has already succeeded', async () => {
    const { outcomes } = await pay({
      confirm: { error: { type: 'invalid_request_error', payment_intent: { status: 'requires_capture' } } },
    });
    expect(outcomes).toEqual([{ to: 'return' }]);
  });

  it('reports a lost connection as unreachable, not as a decline', async () => {
    const { outcomes } = await pay({ confirm: { error: { type: 'api_connection_error' } } });
    expect(outcomes).toMatchObject([{ to: 'problem', problem: { kind: 'unreachable' } }]);
  });
});
