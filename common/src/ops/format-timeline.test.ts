import type { Moment } from '../timeline/facts.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { formatTimeline } from './format-timeline.ts';

const orderId = '6b0b7115347c51ca0bd0ee49';
const ticketId = '6b0b7115347c51ca0bd0ee4a';

const placed: Moment = {
  ...{ at: '2026-11-28T12:00:00.123Z', service: 'orders', kind: 'order', id: orderId, version: 0 },
  ...{ what: 'order created', by: 'the buyer' },
};
const timeline: Timeline = {
  subject: { kind: 'order', id: orderId },
  readAt: '2026-11-28T12:10:00.000Z',
  states: [
    { kind: 'ticket', id: ticketId, text: 'v1, reserved, seller 6b0b7115347c51ca0bd0ee4b' },
    { kind: 'order', id: orderId, text: 'v0, created, 4250 usd, buyer 6b0b7115347c51ca0bd0ee4c' },
  ],
  moments: [placed],
  findings: [],
  inProgress: [],
  problems: [],
  verdict: 'consistent',
};

describe('formatTimeline', () => {
  it('prints the states, then one line for each moment in UTC with milliseconds, then the verdict', () => {
    expect(formatTimeline(timeline)).toBe(`order ${orderId}, read 2026-11-28 12:10:00.000 UTC

  ticket   ${ticketId}  v1, reserved, seller 6b0b7115347c51ca0bd0ee4b
  order    ${orderId}  v0, created, 4250 usd, buyer 6b0b7115347c51ca0bd0ee4c

2026-11-28 12:00:00.123  orders      order created, v0, by the buyer

consistent`);
  });

  it('names the aggregate where a timeline has several of its kind', () => {
    const other = { ...placed, id: ticketId };

    const text = formatTimeline({ ...timeline, moments: [placed, other] });

    expect(text).toContain(`order created, v0, by the buyer, ${orderId}\n`);
    expect(text).toContain(`order created, v0, by the buyer, ${ticketId}\n`);
  });

  it('lists findings, what is in progress and what was not read', () => {
    const text = formatTimeline({
      ...timeline,
      ...{ findings: ['I1 first', 'I2 second'], inProgress: ['third'], problems: ['fourth'] },
      verdict: 'inconsistent',
    });

    expect(text).toContain(
      '\nInconsistent:\n- I1 first\n- I2 second\n\nIn progress:\n- third\n\nNot read:\n- fourth\n',
    );
    expect(text).toMatch(/\ninconsistent: 2 findings$/);
  });

  it('breaks lines at 100 columns, also within a long word, and removes control characters', () => {
    const words = `${'word '.repeat(40)}${'x'.repeat(150)}\u001b[2J\nend`;

    const lines = formatTimeline({ ...timeline, moments: [{ ...placed, what: words }], problems: [words] });

    expect(Math.max(...lines.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines).not.toContain('\u001b');
    expect(lines.replaceAll(/\s/g, '')).toContain(`word${'x'.repeat(150)}[2Jend`);
  });
});
