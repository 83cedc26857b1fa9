import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import type { ReactElement } from 'react';
import { mockApi } from '../../../test/api.ts';
import { aTicket } from '../../../test/fixtures.ts';
import type { Ticket } from '../../lib/types.ts';
import { ListingForm } from './listing-form.tsx';
import { toValues } from './to-values.ts';

const ZONES = ['Europe/Vienna'];
const refreshPage = jest.fn();
jest.mock('next/navigation', () => ({ useRouter: () => ({ refresh: refreshPage }) }));

const PATH = `/api/tickets/${aTicket().id}`;

function edit(given: Partial<Ticket> = {}, isLocked = false) {
  const ticket = aTicket({ price: 20, secret: 'DOOR-7781', ...given });
  const locked = isLocked && <p>A buyer is paying for this one</p>;
  return <ListingForm timeZones={ZONES} ticket={ticket} values={toValues(ticket)} locked={locked} />;
}

/** Waits for the parts of the form that load after it. */
async function show(form: ReactElement) {
  const { rerender, unmount } = await act(() => Promise.resolve(render(form)));
  return { unmount, rerender: (changed: ReactElement) => act(() => Promise.resolve(rerender(changed))) };
}

const field = (name: string) => screen.getByLabelText<HTMLInputElement>(name);
function type(name: string, text: string) {
  fireEvent.input(field(name), { target: { value: text } });
}
const texts = () => ['Title', 'Price the buyer pays', 'Seat', 'Entry code'].map((name) => field(name).value);
const conflict = () => screen.queryByRole('alert');

describe('the form of a listing that is edited', () => {
  beforeEach(() => sessionStorage.clear());

  it('keeps what is typed, with the entry code, while a buyer has reserved the ticket', async () => {
    const { rerender } = await show(edit());
    type('Price the buyer pays', '21');
    type('Entry code', 'DOOR-9');
    await rerender(edit({ version: 1, status: 'reserved' }, true));
    expect(screen.queryByRole('form')).toBeNull();
    await rerender(edit({ version: 2 }));

    expect(texts()).toEqual([aTicket().title, '21', aTicket().seat, 'DOOR-9']);
    expect(conflict()).toBeNull();
  });

  it('takes what another tab saved, except in the field in which something is typed', async () => {
    const { rerender } = await show(edit());
    type('Price the buyer pays', '21');
    await rerender(edit({ version: 1, title: 'Mahler 5', seat: 'Row 9' }));

    expect(texts()).toEqual(['Mahler 5', '21', 'Row 9', 'DOOR-7781']);
    expect(conflict()).toBeNull();
  });

  it('shows both texts when another tab saved the field in which something is typed', async () => {
    const { rerender } = await show(edit());
    type('Price the buyer pays', '21');
    await rerender(edit({ version: 1, price: 22 }));

    expect(field('Price the buyer pays').value).toBe('21');
    const note = within(screen.getByRole('alert'));
    expect(note.getByText('22')).toBeVisible();
    expect(note.getByText('21')).toBeVisible();
    fireEvent.click(note.getByRole('button', { name: 'Use the saved price' }));
    expect(field('Price the buyer pays').value).toBe('22');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('saves what is typed over a conflict with the version that the seller has seen', async () => {
    const refusal = { message: 'The version is not 0', code: 'version_conflict' };
    const requests = mockApi({ [`PUT ${PATH}`]: { status: 409, body: { errors: [refusal] } } });
    const { rerender } = await show(edit());
    type('Price the buyer pays', '21');
    fireEvent.click(screen.getByRole('button', { name: 'Save changes' }));
    expect(await screen.findByText('This listing was changed somewhere else')).toBeVisible();
    expect(refreshPage).toHaveBeenCalled();
    await rerender(edit({ version: 5, price: 22 }));
    fireEvent.click(screen.getByRole('button', { name: 'Save changes' }));

    await waitFor(() => expect(requests).toHaveLength(2));
    expect(requests.map(({ body }) => body)).toMatchObject([
      { price: 21, version: 0 },
      { price: 21, version: 5 },
    ]);
  });

  it('starts with a draft merged with what was saved after it, and discards it', async () => {
    const { unmount } = await show(edit());
    type('Price the buyer pays', '21');
    unmount();
    await show(edit({ version: 1, seat: 'Row 9' }));
    expect(texts()).toEqual([aTicket().title, '21', 'Row 9', 'DOOR-7781']);

    fireEvent.click(screen.getByRole('button', { name: 'Discard draft' }));
    expect(field('Price the buyer pays').value).toBe('20');
    expect(screen.queryByText('Your draft')).toBeNull();
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('21');
  });
});

describe('the form of a new listing', () => {
  beforeEach(() => sessionStorage.clear());
  const empty = { currency: 'eur', timeZone: 'Europe/Vienna' };

  it('shows no draft when nothing was typed', async () => {
    await show(<ListingForm timeZones={ZONES} values={empty} />);
    expect(screen.queryByText('Your draft')).toBeNull();
  });

  it('starts from the listing to list again, not from the draft of another form', async () => {
    const { unmount } = await show(<ListingForm timeZones={ZONES} values={empty} />);
    type('Title', 'An old draft');
    unmount();
    await show(<ListingForm timeZones={ZONES} values={toValues(aTicket())} like={aTicket().id} />);

    expect(field('Title').value).toBe(aTicket().title);
    expect(screen.queryByText('Your draft')).toBeNull();
  });

  it('stores no entry code in a draft', async () => {
    await show(<ListingForm timeZones={ZONES} values={empty} />);
    type('Title', 'Hamlet');
    type('Entry code', 'DOOR-9');

    expect(JSON.stringify({ ...sessionStorage })).toContain('Hamlet');
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('DOOR-9');
  });
});
