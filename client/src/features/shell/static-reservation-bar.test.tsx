import { render, screen } from '@testing-library/react';
import { anOrder } from '../../../test/fixtures.ts';
import { StaticReservationBar } from './static-reservation-bar.tsx';

describe('StaticReservationBar', () => {
  it('links to the checkout, shows the time left and has no button that would lose a click', () => {
    render(<StaticReservationBar orders={[anOrder()]} />);
    expect(screen.getByRole('complementary', { name: 'Your reservation' })).toHaveTextContent('Mahler');
    expect(screen.getByRole('timer', { name: 'Time left' })).toHaveTextContent('10:00');
    expect(screen.getByRole('link', { name: 'Pay' })).toHaveAttribute('href', `/checkout/${anOrder().id}`);
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('renders nothing without an active reservation', () => {
    const { container } = render(<StaticReservationBar orders={[anOrder({ status: 'cancelled' })]} />);
    expect(container).toBeEmptyDOMElement();
  });
});
