import { act, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { mockApi } from '../../test/api.ts';
import { resumeReads } from './http.ts';
import { signOut } from './sign-out.ts';
import { useLive } from './use-live.ts';

/** An EventSource that the test controls. */
class FakeStream extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeStream[] = [];
  readyState = 0;
  onopen?: () => void;
  onerror?: () => void;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeStream.opened.push(this);
  }

  open() {
    this.readyState = 1;
    this.onopen?.();
    this.dispatchEvent(new MessageEvent('refetch', { data: '{}' }));
  }

  refuse() {
    this.readyState = FakeStream.CLOSED;
    this.onerror?.();
  }

  close() {
    this.readyState = FakeStream.CLOSED;
  }
}

function Page({ onChange, onRefetch }: { onChange: (data: unknown) => void; onRefetch: () => void }) {
  useLive('tickets', { onChange, onRefetch, pollMs: 15_000 });
  return null;
}

/** Renders, and waits for the script of the streams. */
async function show(ui: ReactNode) {
  const shown = render(ui);
  await act(() => jest.advanceTimersByTimeAsync(0));
  return shown;
}

function pass(ms: number) {
  act(() => jest.advanceTimersByTime(ms));
}
const latest = () => FakeStream.opened.at(-1) as FakeStream;

describe('useLive', () => {
  const onChange = jest.fn();
  const onRefetch = jest.fn();

  beforeEach(() => {
    jest.useFakeTimers();
    onChange.mockReset();
    onRefetch.mockReset();
    FakeStream.opened = [];
    Object.assign(globalThis, { EventSource: FakeStream });
  });
  afterEach(() => {
    jest.useRealTimers();
    Reflect.deleteProperty(globalThis, 'EventSource');
  });

  it('shares one stream between all subscribers', async () => {
    const { unmount } = await show(
      <>
        <Page onChange={onChange} onRefetch={onRefetch} />
        <Page onChange={onChange} onRefetch={onRefetch} />
      </>,
    );
    expect(FakeStream.opened.map(({ url }) => url)).toEqual(['/api/tickets/stream']);
    latest().open();
    latest().dispatchEvent(new MessageEvent('ticket', { data: '{"id":"1","version":2}' }));
    expect(onChange).toHaveBeenCalledTimes(2);
    expect(onChange).toHaveBeenCalledWith({ id: '1', version: 2 });
    unmount();
    expect(latest().readyState).toBe(FakeStream.CLOSED);
  });

  it('opens no stream when the page is gone before the script of the streams has loaded', async () => {
    render(<Page onChange={onChange} onRefetch={onRefetch} />).unmount();
    await act(() => jest.advanceTimersByTimeAsync(0));
    expect(FakeStream.opened).toEqual([]);
  });

  it('refetches once after every connect', async () => {
    await show(<Page onChange={onChange} onRefetch={onRefetch} />);
    latest().open();
    pass(200);
    expect(onRefetch).toHaveBeenCalledTimes(1);
    pass(60_000);
    expect(onRefetch).toHaveBeenCalledTimes(1);
  });

  it('polls while the stream is rejected, across reconnects', async () => {
    await show(<Page onChange={onChange} onRefetch={onRefetch} />);
    for (let second = 0; second < 61; second += 1) {
      if (latest().readyState === 0) latest().refuse();
      pass(1_000);
    }
    expect(FakeStream.opened.length).toBeGreaterThan(3);
    expect(onRefetch).toHaveBeenCalledTimes(4);
    latest().open();
    pass(200);
    onRefetch.mockReset();
    pass(60_000);
    expect(onRefetch).not.toHaveBeenCalled();
  });

  it('polls when the stream has not connected within five seconds', async () => {
    await show(<Page onChange={onChange} onRefetch={onRefetch} />);
    pass(4_900);
    expect(onRefetch).not.toHaveBeenCalled();
    pass(200);
    expect(onRefetch).toHaveBeenCalledTimes(1);
  });

  it('polls while the browser waits to reconnect a stream that the server ended', async () => {
    await show(<Page onChange={onChange} onRefetch={onRefetch} />);
    latest().open();
    pass(200);
    onRefetch.mockReset();

    latest().readyState = 0;
    latest().onerror?.();
    pass(30_000);

    expect(onRefetch).toHaveBeenCalledTimes(2);
    expect(FakeStream.opened).toHaveLength(1);
  });

  it('does not poll in a component that mounts while the stream is connected', async () => {
    await show(<Page onChange={onChange} onRefetch={onRefetch} />);
    latest().open();
    const onSecondRefetch = jest.fn();
    await show(<Page onChange={onChange} onRefetch={onSecondRefetch} />);
    pass(60_000);
    expect(onSecondRefetch).toHaveBeenCalledTimes(1);
  });

  it('closes the stream before a sign-out and reconnects when the sign-out failed', async () => {
    mockApi({ 'POST /api/users/signout': { status: 503 } });
    await show(<Page onChange={onChange} onRefetch={onRefetch} />);
    latest().open();

    const leaving = signOut('here');
    expect(latest().readyState).toBe(FakeStream.CLOSED);
    await leaving;

    pass(5_000);
    expect(FakeStream.opened).toHaveLength(2);
    expect(latest().readyState).toBe(0);
  });

  it('does not reconnect after a sign-out', async () => {
    mockApi({ 'POST /api/users/signout': { status: 204 } });
    await show(<Page onChange={onChange} onRefetch={onRefetch} />);
    latest().open();

    await signOut('here');

    pass(60_000);
    expect(FakeStream.opened).toHaveLength(1);
    resumeReads();
  });

  it('does not poll in a hidden tab and refetches at once when the tab is visible again', async () => {
    const visibility = jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    await show(<Page onChange={onChange} onRefetch={onRefetch} />);
    pass(60_000);
    expect(onRefetch).not.toHaveBeenCalled();
    visibility.mockReturnValue('visible');
    act(() => document.dispatchEvent(new Event('visibilitychange')));
    expect(onRefetch).toHaveBeenCalledTimes(1);
  });
});
