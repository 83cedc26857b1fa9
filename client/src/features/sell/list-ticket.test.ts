/** @jest-environment jsdom */
import { mockApi } from '../../../test/api.ts';
import { aTicket } from '../../../test/fixtures.ts';
import { listTicket } from './list-ticket.ts';

const hamlet = { title: 'Hamlet', price: 20 };
const listed = { status: 201, body: aTicket() };

describe('listTicket', () => {
  it('keeps the idempotency key until a final response and then creates a new one', async () => {
    const requests = mockApi({ 'POST /api/tickets': ['lost', { status: 503, body: {} }, listed] });
    for (let time = 0; time < 4; time++) await listTicket(hamlet);

    const [first, second, third, fourth] = requests.map(({ key }) => key);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
  });

  it('uses another idempotency key for other values', async () => {
    const requests = mockApi({ 'POST /api/tickets': ['lost', listed] });
    await listTicket(hamlet);
    await listTicket({ ...hamlet, price: 25 });

    expect(requests[0]?.key).not.toBe(requests[1]?.key);
  });
});
