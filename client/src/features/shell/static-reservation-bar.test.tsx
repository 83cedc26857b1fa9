import { render, screen } from '@testing-library/react';
import { anOrder } from '../../../test/fixtures.ts';
import { StaticReservationBar } from './static-reservation-bar.tsx';

describe('the reservation bar before its script', () => {
  it('leads to paying and shows the time, and has no button that would lose a click', () => {
    render(<StaticReservationBar orders={[anOrder()]} />);
    expect(screen.getByRole('complementary', { name: 'Your reservation' })).toHaveTextContent('Mahler');
    expect(screen.getByRole('timer', { name: 'Time left' })).toHaveTextContent('10:00');
    expect(screen.getByRole('link', { name: 'Pay' })).toHaveAttribute('href', `/checkout/${anOrder().id}`);
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('is not there when nothing is held any more', () => {
    const { container } = render(<StaticReservationBar orders={[anOrder({ status: 'cancelled' })]} />);
    expect(container).toBeEmptyDOMElement();
  });
});
