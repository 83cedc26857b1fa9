import { isTornTail } from './nats-repair.ts';

const start =
  '[4711] 2026/11/24 23:00:00.000000 [INF] STREAM: Starting nats-streaming-server[ticketing] version 0.25.6\n';
const torn =
  '[4711] 2026/11/24 23:00:00.000100 [FTL] STREAM: Failed to start: unable to recover: unexpected EOF\n';

describe('A broker that does not start', () => {
  it('is repaired when the end of a file was torn off', () => {
    expect(isTornTail(start + torn)).toBe(true);
  });

  it('is not repaired for what happened at an earlier start', () => {
    expect(isTornTail(start + torn + start)).toBe(false);
  });

  it('is not repaired for another reason', () => {
    expect(isTornTail(`${start}listen tcp 127.0.0.1:4222: bind: address already in use\n`)).toBe(false);
  });
});
