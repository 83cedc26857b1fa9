import { render, screen } from '@testing-library/react';
import { ConductNote } from './conduct-note.tsx';

const selling = { refunds: 0, limit: 3, days: 90, suspended: false };

describe('ConductNote', () => {
  it('shows nothing to a seller without refunds', () => {
    const { container } = render(<ConductNote selling={selling} />);

    expect(container.textContent).toBe('');
  });

  it('shows how many refunds count and what the third means', () => {
    render(<ConductNote selling={{ ...selling, refunds: 1 }} />);

    screen.getByRole('heading', { name: 'You refunded 1 sale within 90 days' });
    screen.getByText('After 3 refunds you can’t list new tickets until we have looked at them.');
  });

  it('shows a suspended seller why, and that the listings stay for sale', () => {
    render(<ConductNote selling={{ ...selling, refunds: 3, suspended: true }} />);

    screen.getByRole('heading', { name: 'You can’t list new tickets at the moment' });
    screen.getByText(/You refunded 3 sales within 90 days.*Your listings stay for sale/);
  });
});
