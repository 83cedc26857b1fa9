import { SKIPPED } from './injectors/fault-context.ts';
import { formatSummary, formatTable } from './report.ts';
import type { Result } from './run-seed.ts';

function aResult(seed: number, faults: [fault: string, on: string][]): Result {
  return {
    seed,
    faults: faults.map(([fault, on]) => ({ seed, fault, on, start: 0, end: 1 })),
    calls: { ok: 5, fail: 3, unknown: 2 },
    orders: 4,
    purchases: 1,
    events: 20,
    duplicates: 6,
    quiescentMs: seed * 1_000,
    violations: [],
    timelines: [],
  };
}

const results = [
  aResult(7, [
    ['kill', 'orders-1'],
    ['torn write', SKIPPED],
  ]),
  aResult(8, [
    ['kill', 'tickets-2'],
    ['disk full', 'redis'],
  ]),
];

describe('the report of a fault run', () => {
  it('counts a fault that the system made impossible as skipped, not as injected', () => {
    expect(formatSummary(results[0] as Result)).toMatch(/^seed 7: 1 faults, 10 calls \(2 unknown\)/);
    expect(rowsOf(formatTable(results, []))).toMatchObject({
      faults: '3',
      kill: '2',
      'disk full': '1',
      'skipped, not possible here: torn write': '1',
    });
  });

  it('has the seeds and sums of all, and each crash point that was reached in any process', () => {
    expect(rowsOf(formatTable(results, ['orders-1 before-ack', 'payments-2 before-ack']))).toMatchObject({
      seeds: '2 (7 … 8)',
      'calls: ok / refused / unknown outcome': '10 / 6 / 4',
      'quiet after the last fault: median / longest': '8.0 s / 8.0 s',
      'crash point reached: before-ack': '2',
      violations: '0',
    });
  });
});

function rowsOf(table: string): Record<string, string> {
  return Object.fromEntries(
    table
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, name, value]) => [name, value]),
  );
}
