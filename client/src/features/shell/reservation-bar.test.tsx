import { act, fireEvent, render, screen } from '@testing-library/react';
import { mockApi } from '../../../test/api.ts';
import { anOrder, NOW } from '../../../test/fixtures.ts';
import { ReservationBar } from './reservation-bar.tsx';

let path = '/';
jest.mock('next/navigation', () => ({ usePathname: () => path }));

const order = anOrder();
async function pass(seconds: number) {
  await act(() => jest.advanceTimersByTimeAsync(seconds * 1000));
}

describe('ReservationBar', () => {
  beforeEach(() => {
    path = '/';
    document.title = 'Tickets · Encore';
    jest.useFakeTimers({ now: Date.parse(NOW) });
  });
  afterEach(() => jest.useRealTimers());

  it('shows the ticket, the time left and the actions, and adds the time to the document title', () => {
    mockApi({});
    render(<ReservationBar initial={[order]} />);
    const bar = screen.getByRole('complementary', { name: 'Your reservation' });
    expect(bar).toHaveTextContent('Mahler: Symphony No. 5');
    expect(screen.getByRole('timer')).toHaveTextContent('10:00');
    expect(screen.getByRole('link', { name: 'Pay' })).toHaveAttribute('href', `/checkout/${order.id}`);
    expect(document.title).toBe('10:00 · Tickets · Encore');
  });

  it('is hidden on the checkout page of its order', () => {
    mockApi({});
    path = `/checkout/${order.id}`;
    render(<ReservationBar initial={[order]} />);
    expect(screen.queryByRole('complementary')).toBeNull();
  });

  it('shows the reservation that expires first', () => {
    mockApi({});
    const sooner = anOrder({ id: '6741b9e00000000000000009', expiresAt: '2026-11-23T10:14:00.000Z' });
    render(<ReservationBar initial={[order, sooner]} />);
    expect(screen.getByRole('link', { name: 'Pay' })).toHaveAttribute('href', `/checkout/${sooner.id}`);
    expect(screen.getByRole('complementary')).toHaveTextContent('and 1 more');
  });

  it('sends no request when a release is undone within eight seconds', async () => {
    const requests = mockApi({ [`DELETE /api/orders/${order.id}`]: { status: 204 } });
    render(<ReservationBar initial={[order]} />);
    fireEvent.click(screen.getByRole('button', { name: 'Release' }));
    const undo = screen.getByRole('button', { name: 'Undo' });
    expect(undo).toHaveFocus();
    await pass(7);
    fireEvent.click(undo);
    await pass(4);
    expect(requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
    expect(screen.getByRole('button', { name: 'Release' })).toBeInTheDocument();
  });

  it('releases the ticket after eight seconds and disappears', async () => {
    const requests = mockApi({ [`DELETE /api/orders/${order.id}`]: { status: 204 } });
    render(<ReservationBar initial={[order]} />);
    fireEvent.click(screen.getByRole('button', { name: 'Release' }));
    await pass(8.1);
    expect(requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
    expect(screen.queryByRole('complementary')).toBeNull();
    expect(document.title).toBe('Tickets · Encore');
  });

  it('stays and shows the reason when the release is rejected', async () => {
    mockApi({
      [`DELETE /api/orders/${order.id}`]: {
        status: 409,
        body: { errors: [{ message: 'This order is being paid.', code: 'payment_in_progress' }] },
      },
    });
    render(<ReservationBar initial={[order]} />);
    fireEvent.click(screen.getByRole('button', { name: 'Release' }));
    await pass(8.1);
    expect(screen.getByRole('complementary')).toHaveTextContent(
      'This order is being paid, so it can’t be changed now.',
    );
  });

  it('asks the server before it disappears at the end of the time', async () => {
    const requests = mockApi({ 'GET /api/orders?status=created': { body: [] } });
    render(<ReservationBar initial={[anOrder({ expiresAt: '2026-11-23T10:12:02.000Z' })]} />);
    await pass(2.3);
    expect(requests.at(-1)?.path).toBe('/api/orders?status=created');
    expect(screen.queryByRole('complementary')).toBeNull();
  });
});
