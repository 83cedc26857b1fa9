import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mockApi } from '../../../test/api.ts';
import { aTicket } from '../../../test/fixtures.ts';
import { EntryCodeForm } from './entry-code-form.tsx';

const refreshPage = jest.fn();
jest.mock('next/navigation', () => ({ useRouter: () => ({ refresh: refreshPage }) }));

const { id } = aTicket();
const field = () => screen.getByLabelText('Entry code', { selector: 'textarea' });

describe('EntryCodeForm', () => {
  it('sends the corrected code of a sold ticket', async () => {
    const requests = mockApi({
      [`PUT /api/tickets/${id}/secret`]: { body: aTicket({ status: 'sold', secret: 'DOOR-7781' }) },
    });
    render(<EntryCodeForm id={id} secret="WRONG" isSold />);
    await userEvent.clear(field());
    await userEvent.type(field(), 'DOOR-7781');
    await userEvent.click(screen.getByRole('button', { name: 'Save entry code' }));
    expect(await screen.findByText('Saved. The buyer sees it now.')).toBeInTheDocument();
    expect(requests).toMatchObject([{ body: { secret: 'DOOR-7781' } }]);
    expect(refreshPage).toHaveBeenCalled();
    expect(field()).toHaveValue('DOOR-7781');
  });

  it('shows an error without a request when the field is empty', async () => {
    const requests = mockApi({});
    render(<EntryCodeForm id={id} secret="" isSold />);
    await userEvent.click(screen.getByRole('button', { name: 'Save entry code' }));
    expect(await screen.findByText('Enter the entry code')).toBeInTheDocument();
    expect(requests).toEqual([]);
  });
});
