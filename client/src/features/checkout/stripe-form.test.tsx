import { Elements } from '@stripe/react-stripe-js';
import type { Stripe } from '@stripe/stripe-js';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import type { Result } from './pay.ts';
import { CardForm } from './stripe-form.tsx';

type Outcome = { error?: Record<string, unknown> };

/** Stripe's browser object as far as our form uses it. */
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

function Checkout({ stripe, onResult }: { stripe: Stripe; onResult: (result: Result) => void }) {
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
        onResult={(result) => {
          setBusy(false);
          onResult(result);
        }}
      />
    </Elements>
  );
}

async function pay(outcomes: Parameters<typeof fakeStripe>[0]) {
  const { stripe, confirmed } = fakeStripe(outcomes);
  const results: Result[] = [];
  await act(async () => {
    render(<Checkout stripe={stripe} onResult={(result) => results.push(result)} />);
    await Promise.resolve();
  });
  await userEvent.click(screen.getByRole('button', { name: 'Pay €88.00' }));
  await waitFor(() => expect(screen.getByRole('button', { name: 'Pay €88.00' })).toBeEnabled());
  return { results, confirmed };
}

describe('the card form', () => {
  it('confirms at Stripe and goes on to ask our own payments', async () => {
    const { results, confirmed } = await pay({});
    expect(results).toEqual([{ to: 'return', isConfirmed: true }]);
    expect(confirmed).toMatchObject([
      {
        redirect: 'if_required',
        confirmParams: { return_url: 'http://localhost/checkout/6741b9e00000000000000002/return' },
      },
    ]);
  });

  it('leaves a field that is not complete to the element that shows it', async () => {
    const { results, confirmed } = await pay({ submit: { error: { type: 'validation_error' } } });
    expect(results).toEqual([]);
    expect(confirmed).toEqual([]);
  });

  it('hands a decline on with the bank’s reason', async () => {
    const { results } = await pay({
      confirm: {
        error: {
          type: 'card_error',
          code: 'card_declined',
          decline_code: 'insufficient_funds',
          payment_intent: { id: 'pi_1' },
        },
      },
    });
    expect(results).toMatchObject([
      { to: 'problem', problem: { kind: 'declined', code: 'insufficient_funds', paymentId: 'pi_1' } },
    ]);
  });

  it('tells a failed check at the bank as a decline', async () => {
    const { results } = await pay({
      confirm: { error: { type: 'invalid_request_error', code: 'payment_intent_authentication_failure' } },
    });
    expect(results).toMatchObject([
      { to: 'problem', problem: { kind: 'declined', code: 'payment_intent_authentication_failure' } },
    ]);
  });

  it('goes on when the payment had succeeded before', async () => {
    const { results } = await pay({
      confirm: { error: { type: 'invalid_request_error', payment_intent: { status: 'requires_capture' } } },
    });
    expect(results).toEqual([{ to: 'return' }]);
  });

  it('never calls a lost connection a decline', async () => {
    const { results } = await pay({ confirm: { error: { type: 'api_connection_error' } } });
    expect(results).toMatchObject([{ to: 'problem', problem: { kind: 'unreachable' } }]);
  });
});
