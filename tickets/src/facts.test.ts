import { aTicket, useService } from '../test/fixtures.ts';
import { readFacts } from './facts.ts';

useService();

const none = { orders: [], tickets: [], users: [], intents: [] };

describe('readFacts', () => {
  it('has a listing with its seller, once although it is found twice', async () => {
    const { _id: id, userId, createdAt } = await aTicket({ version: 3, status: 'sold', secret: 'DOOR-1' });
    await aTicket();

    const facts = await readFacts({ ...none, tickets: [id], users: [userId] });

    expect(facts).toEqual({
      moments: [
        {
          ...{
            at: createdAt.toISOString(),
            service: 'tickets',
            kind: 'ticket',
            id,
            ticketId: id,
            version: 0,
          },
          ...{ what: 'ticket listed', by: 'the seller' },
        },
      ],
      tickets: [{ id, version: 3, status: 'sold', sellerId: userId }],
      waiting: [],
    });
  });
});
