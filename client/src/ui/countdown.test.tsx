import { act, render, screen } from '@testing-library/react';
import { onAnnounce } from '../lib/announce.ts';
import { useSecondsLeft } from '../lib/use-seconds-left.ts';
import { Countdown } from './countdown.tsx';

const SERVER_NOW = '2026-11-23T10:12:00.000Z';

function Clock({ minutes, serverNow = SERVER_NOW }: { minutes: number; serverNow?: string }) {
  const expiresAt = new Date(Date.parse(SERVER_NOW) + minutes * 60_000).toISOString();
  return <Countdown seconds={useSecondsLeft(expiresAt, serverNow)} />;
}

function pass(seconds: number) {
  for (let second = 0; second < seconds; second += 1) act(() => jest.advanceTimersByTime(1000));
}

describe('Countdown', () => {
  beforeEach(() => jest.useFakeTimers({ now: Date.parse(SERVER_NOW) }));
  afterEach(() => jest.useRealTimers());
  const shown = () => screen.getByRole('timer', { name: 'Time left' });

  it.each([
    ['three hours ahead', 3],
    ['three hours behind', -3],
  ])('counts by the server clock when the visitor’s clock is %s', (_, hours) => {
    jest.setSystemTime(Date.parse(SERVER_NOW) + hours * 60 * 60_000);
    render(<Clock minutes={10} />);
    expect(shown()).toHaveTextContent('10:00');
    pass(1);
    expect(shown()).toHaveTextContent('9:59');
    jest.setSystemTime(Date.parse(SERVER_NOW) - hours * 60 * 60_000);
    pass(59);
    expect(shown()).toHaveTextContent('9:00');
  });

  it('announces 5:00, 2:00, 1:00 and 0:30 and nothing else', () => {
    const announced: string[] = [];
    const stop = onAnnounce((text) => announced.push(text));
    render(<Clock minutes={6} />);
    expect(shown()).toHaveAttribute('aria-live', 'off');
    pass(59);
    expect(announced).toEqual([]);
    pass(1);
    expect(announced).toEqual(['Your ticket is reserved for you: 5 minutes left.']);
    pass(299);
    expect(announced.map((text) => text.split(': ')[1])).toEqual([
      '5 minutes left.',
      '2 minutes left.',
      '1 minute left.',
      '30 seconds left.',
    ]);
    stop();
  });

  it('announces only the latest mark when several passed at once', () => {
    const announced: string[] = [];
    const stop = onAnnounce((text) => announced.push(text));
    const { rerender } = render(<Countdown seconds={400} />);
    rerender(<Countdown seconds={55} />);
    expect(announced).toEqual(['Your ticket is reserved for you: 1 minute left.']);
    stop();
  });

  it('stops at zero', () => {
    render(<Clock minutes={0.1} />);
    pass(20);
    expect(shown()).toHaveTextContent('0:00');
  });

  it('uses the time left of a newer server response', () => {
    const { rerender } = render(<Clock minutes={10} />);
    pass(10);
    rerender(<Clock minutes={10} serverNow="2026-11-23T10:15:00.000Z" />);
    expect(shown()).toHaveTextContent('7:00');
  });
});
