import { readTraceparent, TRACEPARENT, writeTraceparent } from './traceparent.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('traceparent', () => {
  it.each([
    ['sampled', '01', 1],
    ['not sampled', '00', 0],
    ['sampled, with a flag of a later version', '03', 1],
  ])('is read: %s', (_, flags, traceFlags) => {
    expect(readTraceparent(`00-${traceId}-${spanId}-${flags}`)).toEqual({
      traceId,
      spanId,
      traceFlags,
      isRemote: true,
    });
  });

  it('of a later version, which may have more fields, is read', () => {
    expect(readTraceparent(`cc-${traceId}-${spanId}-01-what-will-be`)).toMatchObject({ traceId, spanId });
  });

  it.each([
    ['is missing', undefined],
    ['comes twice', [`00-${traceId}-${spanId}-01`]],
    ['is empty', ''],
    ['has capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['has the trace id 0', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['has the span id 0', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['has the version ff', `ff-${traceId}-${spanId}-01`],
    ['has more fields than its version', `00-${traceId}-${spanId}-01-more`],
    ['has other characters around it', ` 00-${traceId}-${spanId}-01`],
  ])('is ignored when it %s', (_, value) => {
    expect(readTraceparent(value)).toBeUndefined();
  });

  it('is written as it is read', () => {
    const text = `00-${traceId}-${spanId}-01`;

    expect(writeTraceparent(readTraceparent(text)!)).toBe(text);
    expect(text).toMatch(TRACEPARENT);
  });
});
