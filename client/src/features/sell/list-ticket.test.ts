/** @jest-environment jsdom */
import { mockApi } from '../../../test/api.ts';
import { aTicket } from '../../../test/fixtures.ts';
import { listTicket } from './list-ticket.ts';

const hamlet = { title: 'Hamlet', price: 20 };
const listed = { status: 201, body: aTicket() };

describe('listing a ticket', () => {
  it('keeps its key while nobody knows what became of it, and takes another for the next one', async () => {
    const requests = mockApi({ 'POST /api/tickets': ['lost', { status: 503, body: {} }, listed] });
    for (let time = 0; time < 4; time++) await listTicket(hamlet);

    const [first, second, third, fourth] = requests.map(({ key }) => key);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
  });

  it('takes another key for a form that says something else', async () => {
    const requests = mockApi({ 'POST /api/tickets': ['lost', listed] });
    await listTicket(hamlet);
    await listTicket({ ...hamlet, price: 25 });

    expect(requests[0]?.key).not.toBe(requests[1]?.key);
  });
});
