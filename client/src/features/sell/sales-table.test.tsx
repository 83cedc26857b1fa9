import { render, screen } from '@testing-library/react';
import { aPayment, aTicket } from '../../../test/fixtures.ts';
import type { Payment } from '../../lib/types.ts';
import { salesOf } from './sales.ts';
import { SalesTable } from './sales-table.tsx';

jest.mock('next/navigation', () => ({ useRouter: () => ({ refresh: jest.fn() }) }));

const { orderId } = aPayment();
const sale = aTicket({ status: 'sold', orderId, soldAt: '2026-11-23T10:12:00.000Z' });
const dispute: NonNullable<Payment['dispute']> = {
  id: 'du_1',
  status: 'needs_response',
  amount: 88,
  evidenceDueBy: '2027-01-15T08:00:00.000Z',
};
const show = (given?: Partial<Payment>) =>
  render(<SalesTable sales={[sale]} returns={given ? [aPayment({ status: 'captured', ...given })] : []} />);
const refundButton = () => screen.queryByRole('button', { name: `Refund ${sale.title}` });
const dialog = () => screen.getByRole('dialog', { hidden: true });

describe('SalesTable', () => {
  it('shows what the buyer paid and offers a refund of all', () => {
    show();
    expect(screen.getByRole('cell', { name: '€88.00' })).toBeInTheDocument();
    expect(refundButton()).toBeInTheDocument();
    expect(dialog()).toHaveTextContent('Refund €88.00?');
    expect(dialog()).toHaveTextContent('gets the full price back');
  });

  it('shows what was refunded of a sale and offers a refund of the rest', () => {
    show({ refundedAmount: 10.1 });
    expect(screen.getByText('€10.10 of it was refunded.')).toBeInTheDocument();
    expect(dialog()).toHaveTextContent('Refund €77.90?');
    expect(dialog()).toHaveTextContent('gets the rest of the price back');
  });

  it('keeps the row of a refunded sale, with what the buyer paid and without a refund', () => {
    const payment = aPayment({ status: 'refunded', ticketId: sale.id, price: 88, refundedAmount: 88 });
    const withdrawn = aTicket({ status: 'withdrawn', price: 90 });
    render(<SalesTable sales={salesOf([withdrawn], [payment])} returns={[payment]} />);

    expect(screen.getByRole('cell', { name: 'Refunded' })).toBeInTheDocument();
    expect(screen.getByRole('cell', { name: '€88.00' })).toBeInTheDocument();
    expect(screen.getByRole('link', { name: `List ${sale.title} again` })).toBeInTheDocument();
    expect(refundButton()).not.toBeInTheDocument();
  });

  it('shows until when the bank accepts evidence, and offers no refund that Stripe would refuse', () => {
    show({ dispute });
    expect(
      screen.getByText(/The buyer disputes the payment at the bank, which has not decided yet/),
    ).toHaveTextContent(/It accepts evidence until 15 Jan 2027, .* You can’t refund it meanwhile\./);
    expect(refundButton()).not.toBeInTheDocument();
  });

  it('offers a refund again once the bank has decided for the seller', () => {
    show({ dispute: { ...dispute, status: 'won' } });
    expect(screen.getByText(/The bank decided for you/)).toBeInTheDocument();
    expect(refundButton()).toBeInTheDocument();
  });
});
