import { anOrder, NOW } from '../../../test/fixtures.ts';
import { chargeText } from '../checkout/charge-text.ts';
import { historyText, orderStatus } from './order-text.ts';
import { english } from '../../i18n/translate.ts';

describe('texts of an order', () => {
  it('says for every ended order whether the buyer was charged', () => {
    const ended = anOrder({ status: 'cancelled', reason: 'expired' });
    expect(chargeText(english, ended, undefined)).toBe('You were not charged.');
    expect(chargeText(english, { ...ended, payment: { id: 'p', status: 'voided' } }, undefined)).toMatch(
      /not charged/,
    );
    expect(chargeText(english, { ...ended, payment: { id: 'p', status: 'refunded' } }, undefined)).toBe(
      'Your payment of €88.00 arrived too late and was refunded.',
    );
  });

  it('labels an ended order by its reason', () => {
    expect(orderStatus(english, anOrder({ status: 'cancelled', reason: 'expired' })).label).toBe(
      'Expired, not charged',
    );
    expect(orderStatus(english, anOrder({ status: 'cancelled', reason: 'buyer' })).label).toBe('Released');
    expect(orderStatus(english, anOrder({ status: 'cancelled', reason: 'payment_failed' }))).toEqual({
      kind: 'stop',
      label: 'Payment failed',
    });
  });

  it('describes each history entry by its event, and an unknown event by its status', () => {
    const step = (event: string, status: 'created' | 'complete' | 'cancelled', reason?: string) =>
      historyText(english, { at: NOW, status, event, ...(reason && { reason }) });
    expect(step('order:created', 'created')).toBe('Reserved for you');
    expect(step('payment:created', 'complete')).toBe('The ticket is yours');
    expect(step('payment:created', 'cancelled')).toBe('The payment arrived, too late');
    expect(step('payment:failed', 'cancelled')).toBe('We asked your bank to release the authorization');
    expect(step('payment:failed', 'cancelled', 'payment_failed')).toBe('The payment did not go through');
    expect(step('something:new', 'complete')).toBe('The ticket is yours');
  });
});
