import { act, fireEvent, render, screen } from '@testing-library/react';
import { useRef, useState } from 'react';
import { mockApi } from '../../test/api.ts';
import { readSuggestions } from '../features/catalog/read-suggestions.ts';
import { Combobox, nextActive } from './combobox.tsx';

function Search() {
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState('');
  return (
    <div className="field">
      <input ref={input} aria-label="Search" />
      <Combobox
        input={input}
        readOptions={readSuggestions}
        onChoose={(target) => setChosen(JSON.stringify(target))}
      />
      <output>{chosen}</output>
    </div>
  );
}

const found = { events: [{ slug: 'aida-1', title: 'Aida' }], venues: [], cities: [{ name: 'Aachen' }] };

describe('Combobox', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    HTMLElement.prototype.showPopover = jest.fn();
    HTMLElement.prototype.scrollIntoView = jest.fn();
  });
  afterEach(() => jest.useRealTimers());

  async function type(text: string) {
    fireEvent.input(screen.getByLabelText('Search'), { target: { value: text } });
    await act(() => jest.advanceTimersByTimeAsync(100));
  }
  const wait = () => act(() => jest.advanceTimersByTimeAsync(200));
  const names = () => screen.queryAllByRole('option', { hidden: true }).map(({ textContent }) => textContent);

  it('sends one request when the typing pauses, and none for a single letter', async () => {
    const requests = mockApi({ 'GET /api/tickets/suggestions?q=aid': { body: found } });
    render(<Search />);
    await type('a');
    await wait();
    await type('ai');
    await type('aid');
    await wait();
    expect(requests.map(({ path }) => path)).toEqual(['/api/tickets/suggestions?q=aid']);
    expect(names()).toEqual(['AidaDate not given, Venue not given', 'Aachen']);
  });

  it('chooses with Enter the option that the arrow keys mark', async () => {
    mockApi({ 'GET /api/tickets/suggestions?q=aid': { body: found } });
    render(<Search />);
    const field = screen.getByLabelText('Search');
    await type('aid');
    await wait();
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    expect(screen.getByRole('option', { selected: true, hidden: true }).textContent).toBe('Aachen');
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(screen.getByRole('status').textContent).toBe('{"city":"Aachen"}');
    expect(names()).toEqual([]);
  });

  it('closes when the field loses the focus or nothing is found', async () => {
    mockApi({
      'GET /api/tickets/suggestions?q=aid': { body: found },
      'GET /api/tickets/suggestions?q=qqq': { body: { events: [], venues: [], cities: [] } },
    });
    render(<Search />);
    const field = screen.getByLabelText('Search');
    for (const close of [() => type('qqq').then(wait), () => Promise.resolve(fireEvent.blur(field))]) {
      await type('aid');
      await wait();
      expect(field.getAttribute('aria-expanded')).toBe('true');
      await close();
      expect(names()).toEqual([]);
      expect(field.getAttribute('aria-expanded')).toBe('false');
    }
  });
});

it('nextActive goes through the options and back to the text', () => {
  expect([-1, 0, 1].map((active) => nextActive('ArrowDown', active, 2))).toEqual([0, 1, -1]);
  expect([-1, 0, 1].map((active) => nextActive('ArrowUp', active, 2))).toEqual([1, -1, 0]);
  expect(nextActive('a', 0, 2)).toBeUndefined();
});
