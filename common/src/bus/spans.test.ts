import { cloudEvent } from '../events.ts';
import { recordingLog } from '../testing.ts';
import { activeTraceparent } from '../tracing/spans.ts';
import { readTraceparent } from '../tracing/traceparent.ts';
import { inHandlerSpan, inPublishSpan } from './spans.ts';

const cause = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const anEvent = (traceparent?: string) =>
  cloudEvent(
    'user:updated',
    { id: 'user:1:0', source: 'auth', subject: '1', traceparent },
    { id: '0123456789abcdef01234567', version: 0, sellingSuspended: false },
  );
const traceOf = (traceparent: string | undefined) => readTraceparent(traceparent)?.traceId;

describe('an event', () => {
  it('is published with a traceparent that continues its own', async () => {
    let published: string | undefined;

    await inPublishSpan(anEvent(cause), (traced) => Promise.resolve(void (published = traced.traceparent)));

    expect(traceOf(published)).toBe(traceOf(cause));
  });

  it('without a traceparent starts a trace', async () => {
    let published: string | undefined;

    await inPublishSpan(anEvent(), (traced) => Promise.resolve(void (published = traced.traceparent)));

    expect(traceOf(published)).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is handled in its trace: what the handler logs and publishes has the trace id', async () => {
    const { log, lines } = recordingLog();
    let published: string | undefined;

    const outcome = await inHandlerSpan(anEvent(cause), async () => {
      await new Promise(setImmediate);
      log.info('handled');
      published = activeTraceparent();
      return 'handled';
    });

    expect(outcome).toBe('handled');
    expect(traceOf(published)).toBe(traceOf(cause));
    expect(lines).toMatchObject([{ msg: 'handled', traceId: traceOf(cause) }]);
  });

  it('with a malformed traceparent is handled all the same', async () => {
    await expect(inHandlerSpan(anEvent('nonsense'), () => Promise.resolve('handled'))).resolves.toBe(
      'handled',
    );
  });
});
