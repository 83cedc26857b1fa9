import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mockApi } from '../../../test/api.ts';
import { anOrder, aPayment } from '../../../test/fixtures.ts';
import type { PaymentConfig } from '../../lib/types.ts';
import { CheckoutPanel } from './checkout-panel.tsx';

jest.mock('next/navigation', () => ({ useRouter: () => ({ refresh: () => undefined }) }));

const order = anOrder();
const config: PaymentConfig = {
  provider: 'emulator',
  scenarios: [
    { token: 'tok_visa', label: 'Success (4242)' },
    { token: 'tok_chargeDeclinedInsufficientFunds', label: 'Insufficient funds (9995)' },
    { token: 'tok_slowBank', label: 'Slow bank, 8 seconds' },
  ],
};
const declined = {
  errors: [{ message: 'Your card has insufficient funds.', code: 'card_declined' }],
  requestId: 'r-1',
};

function show(payment?: ReturnType<typeof aPayment>) {
  return render(<CheckoutPanel initial={order} payment={payment} config={config} />);
}
const pay = () => screen.getByRole('button', { name: 'Pay €88.00' });

describe('CheckoutPanel in test mode', () => {
  it('offers the scenarios of the service and no field for a card number', () => {
    mockApi({});
    show();
    expect(screen.getByRole('radio', { name: 'Success ends 4242' })).toBeChecked();
    expect(screen.getByRole('radio', { name: 'Slow bank 8 seconds' })).toBeInTheDocument();
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  it('sends the chosen token once when the button is pressed several times', async () => {
    const requests = mockApi({
      'POST /api/payments': { status: 201, body: aPayment({ status: 'authorized' }) },
    });
    show();
    await userEvent.click(screen.getByRole('radio', { name: /Insufficient/ }));
    const button = pay();
    act(() => {
      button.click();
      button.click();
    });
    await userEvent.click(button);
    await waitFor(() => expect(requests).toHaveLength(1));
    expect(requests[0]?.body).toEqual({ orderId: order.id, token: 'tok_chargeDeclinedInsufficientFunds' });
    expect(requests[0]?.key).toMatch(/^\d+(-\d+){3}$/);
    expect(screen.getByRole('button', { name: 'Paying' })).toHaveAttribute('aria-busy', 'true');
  });

  it('shows a decline with its reason in a focused alert and keeps the chosen scenario', async () => {
    mockApi({
      'POST /api/payments': { status: 402, body: declined },
      [`GET /api/payments/${order.id}`]: { body: aPayment({ declineCode: 'insufficient_funds' }) },
      [`GET /api/orders/${order.id}`]: { body: order },
    });
    show();
    await userEvent.click(screen.getByRole('radio', { name: /Insufficient/ }));
    await userEvent.click(pay());
    const note = await screen.findByRole('alert');
    expect(note).toHaveTextContent('The card was declined: not enough funds');
    expect(note).toHaveTextContent(
      'You were not charged. The ticket is still reserved for you for 10 minutes.',
    );
    expect(note).toHaveFocus();
    expect(screen.getByRole('radio', { name: /Insufficient/ })).toBeChecked();
    expect(pay()).toBeEnabled();
  });

  it('sends the next attempt with a new idempotency key', async () => {
    const requests = mockApi({
      'POST /api/payments': { status: 402, body: declined },
      [`GET /api/payments/${order.id}`]: { body: aPayment({ declineCode: 'generic_decline' }) },
      [`GET /api/orders/${order.id}`]: { body: order },
    });
    show();
    await userEvent.click(pay());
    await screen.findByRole('alert');
    await userEvent.click(pay());
    await waitFor(() => expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(2));
    const keys = requests.filter(({ method }) => method === 'POST').map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });

  it('reads the payment before it reports a lost response as a failure', async () => {
    const requests = mockApi({
      'POST /api/payments': 'lost',
      [`GET /api/payments/${order.id}`]: { body: aPayment({ status: 'authorized' }) },
    });
    show();
    await userEvent.click(pay());
    await waitFor(() => expect(requests.map(({ method }) => method)).toEqual(['POST', 'GET']));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('says that the ticket is safe when the payments service is unavailable', async () => {
    mockApi({
      'POST /api/payments': { status: 503, body: { errors: [{ message: 'Unavailable' }], requestId: 'r-9' } },
      [`GET /api/payments/${order.id}`]: { status: 503, body: {} },
      [`GET /api/orders/${order.id}`]: { body: order },
    });
    show();
    await userEvent.click(pay());
    const note = await screen.findByRole('alert');
    expect(note).toHaveTextContent('Payments are unavailable right now');
    expect(note).toHaveTextContent('r-9');
  });

  it('asks the buyer to sign in when the session has ended and says how long the reservation lasts', async () => {
    mockApi({
      'POST /api/payments': { status: 401, body: { errors: [{ message: 'Sign in' }] } },
      [`GET /api/orders/${order.id}`]: { status: 401, body: { errors: [{ message: 'Sign in' }] } },
    });
    show();
    await userEvent.click(pay());
    const dialog = await screen.findByRole('dialog', { name: 'Sign in to continue' });
    expect(dialog).toHaveTextContent('your ticket stays reserved for 10 minutes');
    expect(screen.getByRole('link', { name: 'Sign in' })).toHaveAttribute(
      'href',
      `/auth/signin?next=${encodeURIComponent(`/checkout/${order.id}`)}`,
    );
  });

  it('shows why the bank declined when the buyer returns from it', () => {
    mockApi({});
    show(aPayment({ declineCode: 'payment_intent_authentication_failure' }));
    expect(screen.getByRole('alert')).toHaveTextContent('Your bank did not confirm it was you');
  });

  it('links to the bank while it waits for the buyer', () => {
    mockApi({});
    show(aPayment({ status: 'requires_action', nextActionUrl: '/stripe-emulator/bank/pi_1' }));
    expect(screen.getByRole('link', { name: 'Continue at your bank' })).toHaveAttribute(
      'href',
      '/stripe-emulator/bank/pi_1',
    );
    expect(screen.queryByRole('button', { name: /Pay/ })).toBeNull();
  });

  it('disables paying with a reason while offline and enables it when the connection is back', async () => {
    const requests = mockApi({ [`GET /api/orders/${order.id}`]: { body: order } });
    const isOnline = jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    show();
    expect(pay()).toHaveAttribute('aria-disabled', 'true');
    expect(pay()).toHaveAccessibleDescription(/You need to be online to pay/);
    await userEvent.click(pay());
    expect(requests.filter(({ method }) => method === 'POST')).toEqual([]);
    isOnline.mockReturnValue(true);
    await act(async () => {
      window.dispatchEvent(new Event('online'));
      await Promise.resolve();
    });
    await waitFor(() => expect(pay()).toHaveAttribute('aria-disabled', 'false'));
  });

  it('offers to reserve again when the reservation has expired', async () => {
    mockApi({});
    render(
      <CheckoutPanel
        initial={anOrder({ status: 'cancelled', reason: 'expired', payment: { id: 'p', status: 'voided' } })}
        payment={undefined}
        config={config}
      />,
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'We’ve asked your bank to release the authorization',
    );
    expect(screen.getByRole('button', { name: 'Reserve again' })).toBeInTheDocument();
  });

  it('counts down to the end of the cooldown when the ticket cannot be reserved again yet', async () => {
    const [serverNow, endsAt] = ['2020-01-01T00:00:00.000Z', '2020-01-01T00:10:00.000Z'];
    const errors = [{ message: 'No.', code: 'cooldown', serverNow, endsAt }];
    mockApi({ 'POST /api/orders': { status: 409, body: { errors } } });
    render(
      <CheckoutPanel
        initial={anOrder({ status: 'cancelled', reason: 'expired' })}
        payment={undefined}
        config={config}
      />,
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Reserve again' }));
    await waitFor(() =>
      expect(screen.getByRole('alert')).toHaveTextContent(/You can reserve it again in (10:00|9:\d\d)\./),
    );
  });
});
