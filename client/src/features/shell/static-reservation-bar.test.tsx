import { render, screen } from '@testing-library/react';
import { anOrder } from '../../../test/fixtures.ts';
import { staticBars } from './static-reservation-bar.tsx';

describe('staticBars', () => {
  it('links to the checkout, shows the time left and has no button that would lose a click', () => {
    render(staticBars([anOrder()])[0]?.bar);
    expect(screen.getByRole('complementary', { name: 'Your reservation' })).toHaveTextContent('Mahler');
    expect(screen.getByRole('timer', { name: 'Time left' })).toHaveTextContent('10:00');
    expect(screen.getByRole('link', { name: 'Pay' })).toHaveAttribute('href', `/checkout/${anOrder().id}`);
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('is empty without an active reservation', () => {
    expect(staticBars([anOrder({ status: 'cancelled' })])).toEqual([]);
  });

  it('has a second bar for the checkout of the first reservation', () => {
    const later = new Date(Date.parse(anOrder().expiresAt) + 60_000).toISOString();
    const bars = staticBars([anOrder({ id: 'second', expiresAt: later }), anOrder()]);
    expect(bars.map(({ id }) => id)).toEqual([anOrder().id, 'second']);
    render(bars[1]?.bar);
    expect(screen.getByRole('complementary')).toHaveTextContent('and 1 more');
    expect(screen.getByRole('link', { name: 'Pay' })).toHaveAttribute('href', '/checkout/second');
  });
});
