import { act, fireEvent, render, screen } from '@testing-library/react';
import { mockApi } from '../../../test/api.ts';
import { EventSuggestions } from './event-suggestions.tsx';

const event = {
  slug: 'aida-1',
  title: 'Aida',
  venue: 'Arena',
  city: 'Verona',
  startsAt: '2027-06-23T19:00:00.000Z',
  timeZone: 'Europe/Rome',
};

describe('EventSuggestions', () => {
  beforeEach(() => {
    HTMLElement.prototype.showPopover = jest.fn();
    HTMLElement.prototype.scrollIntoView = jest.fn();
  });

  it('suggests events only, and fills in title, place, date and zone of the chosen one', async () => {
    mockApi({
      'GET /api/tickets/suggestions?q=aid': {
        body: { events: [event], venues: [{ name: 'Aida Hall' }], cities: [] },
      },
    });
    const onInput = jest.fn();
    render(
      <form onInput={onInput} aria-label="Sell">
        <div className="field">
          <input id="title" name="title" aria-label="Title" />
        </div>
        <input name="venue" defaultValue="Elsewhere" />
        <input name="city" />
        <input name="startsAt" type="datetime-local" />
        <select name="timeZone" aria-label="Zone">
          <option>Europe/London</option>
        </select>
        <EventSuggestions isNew={false} isEmpty={false} onStart={() => undefined} />
      </form>,
    );
    const title = screen.getByRole('combobox', { name: 'Title' });
    fireEvent.input(title, { target: { value: 'aid' } });
    const options = await screen.findAllByRole('option', { name: /Aida/, hidden: true });
    expect(options).toHaveLength(1);
    onInput.mockClear();
    await act(async () => {
      fireEvent.click(options[0]!);
      await import('../../lib/wall-clock.ts');
    });
    const values = () => Object.fromEntries(new FormData(screen.getByRole<HTMLFormElement>('form')));
    await screen.findByDisplayValue('Verona');
    expect(values()).toEqual({
      title: 'Aida',
      venue: 'Arena',
      city: 'Verona',
      startsAt: '2027-06-23T21:00',
      timeZone: 'Europe/Rome',
    });
    expect(onInput).toHaveBeenCalledTimes(1);
  });
});
