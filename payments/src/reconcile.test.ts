import { newId } from '@ticketing/common';
import { eventually, metricValue } from '@ticketing/common/testing';
import type { Service } from '../test/fixtures.ts';
import { anOrder, aPaymentsService } from '../test/fixtures.ts';
import type { Payment } from './models/payment.ts';
import { payments } from './models/payment.ts';
import { measureReconciliation } from './payment-metrics.ts';
import { reconcile } from './reconcile.ts';

const MINUTE = 60_000;
let service: Service;
beforeEach(async () => {
  service = await aPaymentsService();
});
afterEach(() => service.close());

/** The reconciler as it would run in an hour, when everything has long settled. */
function anHourLater() {
  return reconcile(service.deps, service.worker, { now: Date.now() + 60 * MINUTE });
}

async function aPaidOrder() {
  const order = anOrder();
  await service.bus.deliver('order:created', order);
  await service.pay(order, 'tok_visa').expect(201);
  return order;
}

async function takenByHand(orderId: string): Promise<string> {
  const { id } = await service.emulator.dashboard('POST', '/payment_intents', {
    amount: '4550',
    currency: 'usd',
    confirm: 'true',
    capture_method: 'automatic',
    'payment_method_data[type]': 'card',
    'payment_method_data[card][token]': 'tok_visa',
    ...(orderId && { 'metadata[orderId]': orderId }),
  });
  return String(id);
}

describe('reconcile', () => {
  it('finds no difference after ordinary purchases', async () => {
    const [sold, lapsed, refused, declined] = [
      await aPaidOrder(),
      await aPaidOrder(),
      await aPaidOrder(),
      anOrder(),
    ];
    await service.bus.deliver('order:updated', { ...sold, version: 1, status: 'awaiting:payment' });
    await service.reaches(sold.id, 'captured');
    await service.bus.deliver('order:updated', { ...sold, version: 2, status: 'complete' });
    for (const order of [lapsed, refused]) {
      await service.bus.deliver('order:cancelled', {
        ...order,
        version: 1,
        status: 'cancelled',
        reason: 'expired',
      });
      await service.reaches(order.id, 'voided');
    }
    await service.bus.deliver('order:created', declined);
    await service.pay(declined, 'tok_chargeDeclined').expect(402);

    expect(await anHourLater()).toEqual([]);
    expect(await reconcile(service.deps, service.worker)).toEqual([]);
  });

  it('refunds money captured for a cancelled order', async () => {
    const order = anOrder({ version: 1, status: 'cancelled', reason: 'buyer' });
    await service.bus.deliver('order:cancelled', order);
    const intentId = await takenByHand(order.id);

    const differences = await reconcile(service.deps, service.worker);

    expect(differences).toEqual([
      { orderId: order.id, intentId, what: 'money captured for a cancelled order, refunding it' },
    ]);
    await service.reaches(order.id, 'refunded');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ captured: 4550, refunded: 4550 }]);
    expect(await anHourLater()).toEqual([]);
  });

  it('refunds money captured for an unknown order, but not within ten minutes', async () => {
    const orderId = newId();
    await takenByHand(orderId);

    expect(await reconcile(service.deps, service.worker)).toEqual([]);
    expect(await service.emulator.ledger(orderId)).toMatchObject([{ refunded: 0 }]);

    expect(await anHourLater()).toMatchObject([
      { orderId, what: 'PaymentIntent succeeded for an unknown order' },
    ]);
    expect(await service.emulator.ledger(orderId)).toMatchObject([{ refunded: 4550, refunds: 1 }]);
    expect(await anHourLater()).toEqual([]);
  });

  it('never refunds money captured for a live order', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await takenByHand(order.id);
    await payments().updateOne({ _id: order.id }, { $set: { since: new Date(0) } });

    const differences = await anHourLater();

    expect(differences).toMatchObject([{ orderId: order.id, what: 'none here, succeeded at Stripe' }]);
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunded: 0 }]);
  });

  it('reports an open authorization of an order that has ended', async () => {
    const order = await aPaidOrder();
    await payments().updateOne(
      { _id: order.id },
      { $set: { status: 'voided', 'order.status': 'cancelled' }, $unset: { dueAt: '' } },
    );

    expect(await anHourLater()).toMatchObject([{ what: 'voided here, requires_capture at Stripe' }]);
  });

  it('reports a second PaymentIntent, and one that Stripe does not have', async () => {
    const order = await aPaidOrder();
    await payments().updateOne({ _id: order.id }, { $set: { 'intent.id': 'pi_gone' } });

    const whats = (await anHourLater()).map(({ what }) => what);

    expect(whats).toEqual(['a second PaymentIntent, requires_capture', 'Stripe has no such PaymentIntent']);
  });

  it('reports a complete order that was never paid', async () => {
    const order = anOrder({ version: 3, status: 'complete' });
    await service.bus.deliver('order:updated', order);

    expect(await reconcile(service.deps, service.worker)).toEqual([]);
    expect(await anHourLater()).toEqual([
      { orderId: order.id, intentId: undefined, what: 'the order is complete, its payment none' },
    ]);
  });

  it('reports a complete order without a captured payment', async () => {
    const order = await aPaidOrder();
    await payments().updateOne({ _id: order.id }, { $set: { 'order.status': 'complete' } });

    expect(await anHourLater()).toMatchObject([
      { what: expect.stringContaining('the order is complete, its payment authorized') },
    ]);
  });
});

function matches(payment: Payment, expected: object): boolean {
  try {
    expect(payment).toMatchObject(expected);
    return true;
  } catch {
    return false;
  }
}

describe('refunds and disputes made at Stripe', () => {
  async function aSoldOrder() {
    const order = await aPaidOrder();
    await service.bus.deliver('order:updated', { ...order, version: 1, status: 'awaiting:payment' });
    const { intent } = await service.reaches(order.id, 'captured');
    await service.bus.deliver('order:updated', { ...order, version: 2, status: 'complete' });
    return { id: order.id, intentId: intent?.id ?? '', order };
  }
  const lastEvent = () => service.bus.published.at(-1);

  describe.each([
    ['with its webhook', true],
    ['without its webhook, by the reconciler', false],
  ])('%s', (_, webhooks) => {
    const found = async (expected: object, id: string) => {
      if (!webhooks) expect(await reconcile(service.deps, service.worker)).toHaveLength(1);
      await eventually(async () => matches(await service.find(id), expected));
      expect(await service.find(id)).toMatchObject(expected);
      expect(await reconcile(service.deps, service.worker)).toEqual([]);
      await eventually(() => lastEvent()?.name !== 'payment:authorized');
    };

    it('records a refund of all and publishes payment:refunded', async () => {
      const { id, intentId } = await aSoldOrder();
      await service.emulator.act(`/intents/${intentId}/refund`, { webhooks });

      await found({ status: 'refunded', refundedAmount: 4550 }, id);

      await eventually(() => lastEvent()?.name === 'payment:refunded');
      expect(lastEvent()?.data).toMatchObject({ version: 3, refundedAmount: 4550 });
    });

    it('records a refund of a part and publishes payment:created with the amount', async () => {
      const { id, intentId } = await aSoldOrder();
      await service.emulator.act(`/intents/${intentId}/refund`, { amount: 1000, webhooks });

      await found({ status: 'captured', refundedAmount: 1000 }, id);

      await eventually(() => service.published(id).length === 3);
      expect(lastEvent()).toMatchObject({
        name: 'payment:created',
        data: { version: 3, status: 'captured', refundedAmount: 1000 },
      });
    });

    it('records a dispute with its deadline, and its loss as a refund', async () => {
      const { id, intentId } = await aSoldOrder();
      const dispute = await service.emulator.act(`/intents/${intentId}/dispute`, {
        due_by: 1_800_000_000,
        webhooks,
      });
      const evidenceDueBy = '2027-01-15T08:00:00.000Z';

      await found(
        { status: 'captured', dispute: { status: 'needs_response', amount: 4550, evidenceDueBy } },
        id,
      );
      await service.emulator.act(`/disputes/${dispute.id}`, { status: 'under_review', webhooks });
      await found({ status: 'captured', dispute: { status: 'under_review' } }, id);
      await service.emulator.act(`/disputes/${dispute.id}`, { status: 'lost', webhooks });
      await found({ status: 'refunded', reason: 'dispute_lost', refundedAmount: 4550 }, id);

      await eventually(() => lastEvent()?.name === 'payment:refunded');
      expect(lastEvent()?.data).toMatchObject({ reason: 'dispute_lost', dispute: { status: 'lost' } });
    });

    it('records that a refund failed at the bank', async () => {
      const { id, intentId } = await aSoldOrder();
      const refund = await service.emulator.act(`/intents/${intentId}/refund`, { webhooks });
      await found({ status: 'refunded', refundedAmount: 4550 }, id);

      await service.emulator.act(`/refunds/${refund.id}/fail`, { webhooks });

      await found({ status: 'refunded', refundedAmount: 0 }, id);
    });
  });

  it('are not recorded before the order is complete, so that no refund overtakes its sale', async () => {
    const order = await aPaidOrder();
    await service.bus.deliver('order:updated', { ...order, version: 1, status: 'awaiting:payment' });
    const { intent } = await service.reaches(order.id, 'captured');
    await service.emulator.act(`/intents/${intent?.id}/refund`, {});
    await reconcile(service.deps, service.worker);
    expect(await service.find(order.id)).toMatchObject({ status: 'captured', refundedAmount: 0 });

    await service.bus.deliver('order:updated', { ...order, version: 2, status: 'complete' });

    await service.reaches(order.id, 'refunded');
  });
});

describe('measureReconciliation', () => {
  const values = () =>
    Promise.all(
      ['differences', 'last_success_timestamp_seconds', 'failures_total'].map((name) =>
        metricValue(`ticketing_reconciliation_${name}`),
      ),
    );

  it('reports the differences and the time of the last success, and counts failures', async () => {
    expect(await values()).toEqual([0, 0, 0]);
    const before = Date.now() / 1_000;
    await takenByHand('');

    await measureReconciliation(anHourLater);
    const [, last] = await values();
    expect(last).toBeGreaterThanOrEqual(before);
    expect(await values()).toEqual([1, last, 0]);

    await expect(measureReconciliation(() => Promise.reject(new Error('Stripe is down')))).rejects.toThrow();
    expect(await values()).toEqual([1, last, 1]);
  });
});
