import { anAuthorizedIntent, anEmulator, aReceiver, cleanUp, errorOf, until } from '../test/fixture.ts';

afterEach(cleanUp);

type Line = { id: string; captured: number; refunded: number; lost: number; refunds: number };

async function aCapturedIntent() {
  const receiver = await aReceiver();
  const emulator = await anEmulator({ WEBHOOK_URL: receiver.url });
  const { id } = await anAuthorizedIntent(emulator.stripe);
  await emulator.stripe.paymentIntents.capture(id);
  const ledger = async () => (await emulator.control<Line[]>('GET', '/ledger'))[0];
  return { ...emulator, id, ledger, receiver };
}

describe('refunds at the dashboard', () => {
  it('refunds a part and then the rest, and sends charge.refunded', async () => {
    const { control, id, ledger, receiver, stripe } = await aCapturedIntent();

    await control('POST', `/intents/${id}/refund`, { amount: 500 });
    expect(await ledger()).toMatchObject({ captured: 1999, refunded: 500, refunds: 1 });
    await control('POST', `/intents/${id}/refund`);

    expect(await ledger()).toMatchObject({ captured: 1999, refunded: 1999, refunds: 2 });
    await until(() => receiver.types().filter((type) => type === 'charge.refunded').length === 2);
    const { data } = await stripe.refunds.list({ payment_intent: id });
    expect(data.map(({ amount }) => amount)).toEqual([1499, 500]);
  });

  it('sends no webhook when it is withheld', async () => {
    const { control, id, receiver, stripe } = await aCapturedIntent();

    await control('POST', `/intents/${id}/refund`, { amount: 1, webhooks: false });
    await control('POST', `/intents/${id}/refund`, { amount: 2 });

    await until(() => receiver.types().includes('charge.refunded'));
    expect(receiver.types().filter((type) => type === 'charge.refunded')).toHaveLength(1);
    expect((await stripe.refunds.list({ payment_intent: id })).data).toHaveLength(2);
  });

  it('returns the money of a refund that fails', async () => {
    const { control, id, ledger, receiver, stripe } = await aCapturedIntent();
    const refund = await control<{ id: string }>('POST', `/intents/${id}/refund`);

    await control('POST', `/refunds/${refund.id}/fail`);

    expect(await ledger()).toMatchObject({ refunded: 0, refunds: 0 });
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('failed');
    await until(() => receiver.types().includes('refund.failed'));
    await control('POST', `/intents/${id}/refund`);
    expect(await ledger()).toMatchObject({ refunded: 1999 });
  });
});

describe('disputes', () => {
  it('opens with a deadline, refuses refunds meanwhile, and takes the money when it is lost', async () => {
    const { control, id, ledger, receiver, stripe } = await aCapturedIntent();

    const { id: dispute } = await control<{ id: string }>('POST', `/intents/${id}/dispute`, {
      due_by: 1_800_000_000,
    });
    const [listed] = (await stripe.disputes.list({ payment_intent: id })).data;
    expect(listed).toMatchObject({
      id: dispute,
      status: 'needs_response',
      amount: 1999,
      evidence_details: { due_by: 1_800_000_000 },
    });
    expect(await errorOf(stripe.refunds.create({ payment_intent: id }))).toMatchObject({
      code: 'charge_disputed',
    });
    await control('POST', `/disputes/${dispute}`, { status: 'under_review' });
    expect(await ledger()).toMatchObject({ refunded: 0, lost: 0 });
    await control('POST', `/disputes/${dispute}`, { status: 'lost' });

    expect(await ledger()).toMatchObject({ captured: 1999, refunded: 0, lost: 1999 });
    expect((await stripe.disputes.retrieve(dispute)).status).toBe('lost');
    await until(() => receiver.types().includes('charge.dispute.closed'));
    expect(receiver.types()).toEqual(
      expect.arrayContaining(['charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed']),
    );
    expect(await control('POST', `/disputes/${dispute}`, { status: 'won' })).toMatchObject({
      error: { message: `Dispute ${dispute} is already lost.` },
    });
  });

  it('gives the money back when it is won', async () => {
    const { control, id, ledger, stripe } = await aCapturedIntent();
    const { id: dispute } = await control<{ id: string }>('POST', `/intents/${id}/dispute`);
    expect((await stripe.balance.retrieve()).available).toMatchObject([{ amount: 0 }]);

    await control('POST', `/disputes/${dispute}`, { status: 'won' });

    expect(await ledger()).toMatchObject({ lost: 0 });
    expect((await stripe.balance.retrieve()).available).toMatchObject([{ amount: 1999 }]);
  });
});
