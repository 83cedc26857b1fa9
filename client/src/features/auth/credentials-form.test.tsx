import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mockApi } from '../../../test/api.ts';
import { aTicket, anOrder } from '../../../test/fixtures.ts';
import { getOrCreateIntent } from '../ticket/reserve.ts';
import { CredentialsForm } from './credentials-form.tsx';

const email = () => screen.getByRole('textbox', { name: 'Email' });
const password = () => screen.getByLabelText('Password');

const SIGN_IN = { mode: 'signin', label: 'Sign in', submitLabel: 'Sign in' } as const;
const SIGN_UP = { mode: 'signup', label: 'Create account', submitLabel: 'Create account' } as const;

describe('CredentialsForm', () => {
  it('shows two missing values in a linked summary and beside the fields, and sends no request', async () => {
    const requests = mockApi({});
    render(<CredentialsForm {...SIGN_IN} next="/" ticketId={undefined} />);
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    const summary = await screen.findByRole('alert');
    expect(summary).toHaveTextContent('Two things to fix');
    expect(summary).toHaveFocus();
    expect(screen.getByRole('link', { name: 'Enter your password' })).toHaveAttribute('href', '#password');
    expect(email()).toBeInvalid();
    expect(email()).toHaveAccessibleDescription('Enter an email address, like name@example.com');
    expect(requests).toEqual([]);
  });

  it('moves the focus to the field that the service rejects and keeps what was typed', async () => {
    mockApi({
      'POST /api/users/signup': {
        status: 400,
        body: { errors: [{ message: 'This address has an account', field: 'email', code: 'email_taken' }] },
      },
    });
    render(<CredentialsForm {...SIGN_UP} next="/" ticketId={undefined} />);
    await userEvent.type(email(), 'mira@example.com');
    await userEvent.type(password(), 'correct horse');
    await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
    await waitFor(() => expect(email()).toHaveFocus());
    expect(email()).toHaveAccessibleDescription('This email already has an account. Sign in instead.');
    expect(email()).toHaveValue('mira@example.com');
    expect(password()).toHaveValue('correct horse');
  });

  it('sends a sign-up again under the same key after a lost response, and others under a new one', async () => {
    const requests = mockApi({ 'POST /api/users/signup': 'lost' });
    render(<CredentialsForm {...SIGN_UP} next="/" ticketId={undefined} />);
    const send = async () => {
      const before = requests.length;
      await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
      await waitFor(() => expect(requests.length).toBeGreaterThan(before));
      await screen.findByRole('alert');
    };
    await userEvent.type(email(), 'mira@example.com');
    await userEvent.type(password(), 'correct horse');
    await send();
    await send();
    await userEvent.type(password(), ' battery');
    await send();

    const [first, second, changed] = requests.map(({ key }) => key);
    expect(first).toMatch(/^\d+(-\d+){3}$/);
    expect(second).toBe(first);
    expect(changed).not.toBe(first);
  });

  it('shows an error without a field with its sentence and the request id of the service', async () => {
    mockApi({
      'POST /api/users/signin': {
        status: 400,
        body: {
          errors: [{ message: 'E-mail or password is not right', code: 'invalid_credentials' }],
          requestId: 'r-42',
        },
      },
    });
    render(<CredentialsForm {...SIGN_IN} next="/" ticketId={undefined} />);
    await userEvent.type(email(), 'mira@example.com');
    await userEvent.type(password(), 'wrong{Enter}');
    const note = await screen.findByRole('alert');
    expect(note).toHaveTextContent('The email address or the password is wrong.');
    expect(note).toHaveTextContent('r-42');
    expect(note).toHaveFocus();
    expect(password()).toHaveValue('wrong');
  });

  it('reserves the ticket once, with the idempotency key of the click before the sign-in', async () => {
    const ticket = aTicket();
    const { key } = getOrCreateIntent(ticket);
    const requests = mockApi({
      'POST /api/users/signin': { body: { id: 'u', email: 'mira@example.com' } },
      'POST /api/orders': { status: 201, body: anOrder() },
    });
    render(<CredentialsForm {...SIGN_IN} next={`/tickets/${ticket.id}`} ticketId={ticket.id} />);
    await userEvent.type(email(), ' mira@example.com');
    await userEvent.type(password(), 'correct horse{Enter}');
    await waitFor(() => expect(requests).toHaveLength(2));
    expect(requests[0]?.body).toEqual({ email: 'mira@example.com', password: 'correct horse' });
    expect(requests[1]).toMatchObject({
      path: '/api/orders',
      key,
      body: { ticketId: ticket.id, price: 88, version: 0 },
    });
    await waitFor(() => expect(sessionStorage.getItem(`encore:anonymous:reserve:${ticket.id}`)).toBeNull());
  });

  it('shows and hides the password with a labeled toggle button', async () => {
    mockApi({});
    render(<CredentialsForm {...SIGN_IN} next="/" ticketId={undefined} />);
    await userEvent.click(screen.getByRole('button', { name: 'Show password' }));
    expect(password()).toHaveAttribute('type', 'text');
    expect(screen.getByRole('button', { name: 'Hide password' })).toHaveAttribute('aria-pressed', 'true');
  });
});
