import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { SWRConfig } from 'swr';
import { mockApi } from '../../../test/api.ts';
import { anOrder, aTicket } from '../../../test/fixtures.ts';
import type { Ticket } from '../../lib/types.ts';
import { readNotice } from './notice.ts';
import { PricePanel } from './price-panel.tsx';
import { english } from '../../i18n/translate.ts';

const refreshPage = jest.fn();
jest.mock('next/navigation', () => ({ useRouter: () => ({ refresh: refreshPage }) }));

const ticket = aTicket();
const viewerId = '6741b9e000000000000000bb';

function show(
  given: { ticket?: Ticket; viewerId?: string | undefined; isGuest?: boolean; notice?: string } = {},
) {
  return render(
    <SWRConfig value={{ provider: () => new Map() }}>
      <PricePanel
        initial={given.ticket ?? ticket}
        viewerId={'viewerId' in given ? given.viewerId : viewerId}
        isGuest={given.isGuest ?? false}
        notice={readNotice(english, given.notice)}
        hints={undefined}
      />
    </SWRConfig>,
  );
}
const reserveButton = () => screen.getAllByRole('button', { name: 'Reserve' })[0] as HTMLElement;
const refusal = (code: string) => ({ status: 409, body: { errors: [{ message: 'No.', code }] } });

describe('PricePanel', () => {
  it('reserves once at the price shown when the button is pressed several times', async () => {
    const requests = mockApi({ 'POST /api/orders': { status: 201, body: anOrder() } });
    show();
    const button = reserveButton();
    act(() => {
      button.click();
      button.click();
    });
    await waitFor(() => expect(requests).toHaveLength(1));
    expect(requests[0]).toMatchObject({ body: { ticketId: ticket.id, price: 88, version: 0 } });
    expect(requests[0]?.key).toBeTruthy();
  });

  it('sends a guest to the sign-in page without a request and stores the agreed price', async () => {
    const requests = mockApi({});
    show({ viewerId: undefined, isGuest: true });
    await userEvent.click(reserveButton());
    expect(requests).toEqual([]);
    expect(JSON.parse(sessionStorage.getItem(`encore:anonymous:reserve:${ticket.id}`) ?? '{}')).toMatchObject(
      {
        price: 88,
        version: 0,
      },
    );
  });

  it('shows why the ticket could not be reserved and its current status', async () => {
    mockApi({
      'POST /api/orders': refusal('ticket_reserved'),
      [`GET /api/tickets/${ticket.id}`]: { body: aTicket({ status: 'reserved', version: 1 }) },
    });
    show();
    await userEvent.click(reserveButton());
    const note = await screen.findByRole('alert');
    expect(note).toHaveTextContent('Someone else got there first');
    expect(note).toHaveFocus();
    expect(screen.getByRole('button', { name: 'Notify me if it’s available again' })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Reserve/ })).toBeNull();
  });

  const limited = (status: number, code: string, seconds: number) => ({
    status,
    body: {
      errors: [
        {
          message: 'No.',
          code,
          serverNow: '2020-01-01T00:00:00.000Z', // the server's clock differs from that of the browser
          endsAt: new Date(Date.UTC(2020, 0, 1) + seconds * 1000).toISOString(),
        },
      ],
    },
  });

  it('counts down to the end of the cooldown after a reservation of this ticket by this buyer', async () => {
    mockApi({
      'POST /api/orders': limited(409, 'cooldown', 600),
      [`GET /api/tickets/${ticket.id}`]: { body: ticket },
    });
    show();
    await userEvent.click(reserveButton());
    const note = await screen.findByRole('alert');
    expect(note).toHaveTextContent('only others can reserve it');
    expect(note).toHaveTextContent(/You can reserve it again in (10:00|9:\d\d)\./);
  });

  it('says that the buyer can try again when the cooldown is over', async () => {
    mockApi({
      'POST /api/orders': limited(409, 'cooldown', 0),
      [`GET /api/tickets/${ticket.id}`]: { body: ticket },
    });
    show();
    await userEvent.click(reserveButton());
    expect(await screen.findByRole('alert')).toHaveTextContent('You can try again now.');
  });

  it('links to the own reservations at their limit and counts down to the end of the first one', async () => {
    mockApi({
      'POST /api/orders': limited(429, 'reservation_limit', 600),
      [`GET /api/tickets/${ticket.id}`]: { body: ticket },
    });
    show();
    await userEvent.click(reserveButton());
    expect(await screen.findByRole('alert')).toHaveTextContent(/The first of them ends in (10:00|9:\d\d)\./);
    expect(screen.getByRole('link', { name: 'Your reservations' })).toHaveAttribute('href', '/orders');
  });

  it('explains the limit when the reservation after the sign-in page failed', () => {
    mockApi({});
    show({ notice: 'reservation_limit' });
    expect(screen.getByRole('link', { name: 'Your reservations' })).toBeInTheDocument();
  });

  it('asks for consent before it reserves at a changed price', async () => {
    const requests = mockApi({
      'POST /api/orders': [refusal('price_changed'), { status: 201, body: anOrder() }],
      [`GET /api/tickets/${ticket.id}`]: { body: aTicket({ price: 84, version: 1 }) },
    });
    show();
    await userEvent.click(reserveButton());
    expect(await screen.findByRole('heading', { name: 'The price is now €84.00' })).toBeInTheDocument();
    expect(screen.getByText('€88.00').tagName).toBe('S');
    await userEvent.click(screen.getAllByRole('button', { name: 'Reserve at €84.00' })[0] as HTMLElement);
    await waitFor(() => expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(2));
    const [first, second] = requests.filter(({ method }) => method === 'POST');
    expect(second?.body).toEqual({ ticketId: ticket.id, price: 84, version: 1 });
    expect(second?.key).not.toBe(first?.key);
  });

  it('shows what the seller has changed, and reserves it only when the buyer agrees', async () => {
    const requests = mockApi({
      'POST /api/orders': [refusal('listing_changed'), { status: 201, body: anOrder() }],
      [`GET /api/tickets/${ticket.id}`]: { body: aTicket({ seat: 'Balcony, row 40', version: 1 }) },
    });
    show();
    await userEvent.click(reserveButton());
    expect(
      await screen.findByRole('heading', { name: 'The seller has changed this listing' }),
    ).toBeInTheDocument();
    expect(screen.getByText('Parterre, row 8, seat 14').tagName).toBe('S');
    expect(screen.getByText('Balcony, row 40').tagName).toBe('STRONG');
    await userEvent.click(
      screen.getAllByRole('button', { name: 'Reserve with the changes' })[0] as HTMLElement,
    );
    await waitFor(() => expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(2));
    const [first, second] = requests.filter(({ method }) => method === 'POST');
    expect([first?.body, second?.body]).toMatchObject([{ version: 0 }, { version: 1 }]);
    expect(second?.key).not.toBe(first?.key);
  });

  it('renders the page again when the buyer has seen the changes', async () => {
    mockApi({
      'POST /api/orders': refusal('listing_changed'),
      [`GET /api/tickets/${ticket.id}`]: { body: aTicket({ seat: 'Balcony, row 40', version: 1 }) },
    });
    show();
    await userEvent.click(reserveButton());
    await userEvent.click(await screen.findByRole('button', { name: 'OK' }));
    expect(refreshPage).toHaveBeenCalled();
    expect(screen.queryByRole('heading', { name: 'The seller has changed this listing' })).toBeNull();
  });

  it('says that the listing has changed when the page shows no difference', async () => {
    mockApi({
      'POST /api/orders': refusal('listing_changed'),
      [`GET /api/tickets/${ticket.id}`]: { body: aTicket({ version: 2 }) },
    });
    show();
    await userEvent.click(reserveButton());
    expect(await screen.findByRole('alert')).toHaveTextContent('The seller has changed the listing');
  });

  it('stores a watched ticket in this browser', async () => {
    mockApi({});
    show({ ticket: aTicket({ status: 'reserved' }) });
    await userEvent.click(screen.getByRole('button', { name: 'Notify me if it’s available again' }));
    expect(screen.getByRole('button', { name: 'We’ll let you know' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    expect(localStorage.getItem('encore:anonymous:watched')).toContain(ticket.id);
  });

  it('links to the checkout of the visitor’s own reservation and to managing their own listing', async () => {
    mockApi({});
    const { unmount } = show({
      ticket: aTicket({ status: 'reserved', orderId: '6741b9e00000000000000002' }),
    });
    expect(await screen.findByRole('link', { name: 'Pay €88.00' })).toHaveAttribute(
      'href',
      '/checkout/6741b9e00000000000000002',
    );
    unmount();
    show({ viewerId: ticket.userId });
    expect(await screen.findByRole('link', { name: 'Manage' })).toHaveAttribute('href', `/sell/${ticket.id}`);
    expect(screen.queryByRole('button', { name: /Reserve/ })).toBeNull();
  });

  it('shows why a reservation after the sign-in page failed', () => {
    mockApi({});
    show({ notice: 'ticket_sold', ticket: aTicket({ status: 'sold' }) });
    expect(screen.getByRole('alert')).toHaveTextContent('It has just been sold. You were not charged.');
    expect(screen.getByText('Sold for')).toBeInTheDocument();
  });
});
