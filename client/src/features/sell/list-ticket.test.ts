/** @jest-environment jsdom */
import { mockApi } from '../../../test/api.ts';
import { aTicket } from '../../../test/fixtures.ts';

const hamlet = { title: 'Hamlet', price: 20, secret: 'DOOR-7781' };
const listed = { status: 201, body: aTicket() };

/** The module as a page has it that has just been loaded: only the storage of the browser is left of earlier ones. */
async function loadPage() {
  jest.resetModules();
  return import('./list-ticket.ts');
}

describe('listTicket', () => {
  it('keeps the idempotency key until the ticket is listed, also over a reload of the page', async () => {
    const requests = mockApi({ 'POST /api/tickets': ['lost', { status: 503, body: {} }, listed] });
    const { listTicket } = await loadPage();
    await listTicket(hamlet);
    await listTicket(hamlet);
    await (await loadPage()).listTicket(hamlet);
    await (await loadPage()).listTicket(hamlet);

    const [first, second, third, fourth] = requests.map(({ key }) => key);
    expect(first).toMatch(/^\d+(-\d+){3}$/);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
  });

  it('lists nothing new when the page is still here after a success and the same values are sent', async () => {
    const requests = mockApi({ 'POST /api/tickets': listed });
    const { listTicket } = await loadPage();
    await listTicket(hamlet);
    await listTicket(hamlet);

    expect(requests[0]?.key).toBe(requests[1]?.key);
  });

  it('uses another idempotency key for other values, also when only the entry code differs', async () => {
    const requests = mockApi({ 'POST /api/tickets': ['lost', listed] });
    const { listTicket } = await loadPage();
    await listTicket(hamlet);
    await listTicket({ ...hamlet, price: 25 });
    await listTicket({ ...hamlet, price: 25, secret: 'DOOR-7782' });

    expect(new Set(requests.map(({ key }) => key)).size).toBe(3);
  });

  it('uses another idempotency key after a refusal', async () => {
    const requests = mockApi({ 'POST /api/tickets': [{ status: 400, body: {} }, listed] });
    const { listTicket } = await loadPage();
    await listTicket(hamlet);
    await listTicket(hamlet);

    expect(requests[0]?.key).not.toBe(requests[1]?.key);
  });

  it('stores no entry code in the browser', async () => {
    mockApi({ 'POST /api/tickets': 'lost' });
    await (await loadPage()).listTicket(hamlet);

    expect(JSON.stringify({ ...sessionStorage, ...localStorage })).toContain('Hamlet');
    expect(JSON.stringify({ ...sessionStorage, ...localStorage })).not.toContain('DOOR-7781');
  });
});
