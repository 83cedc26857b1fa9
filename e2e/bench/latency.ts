import type { Load } from './load.ts';
import { percentile } from './load.ts';

export function summarizeLatencies(latencies: number[]) {
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    max: latencies.reduce((highest, ms) => Math.max(highest, ms), 0), // Math.max(...latencies) exceeds the argument limit
  };
}

export function summarizeLoad({ good, ms, latencies }: Load) {
  return { perSecond: good / (ms / 1000), ...summarizeLatencies(latencies) };
}

export function formatFigures(figures: Record<string, number>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value.toFixed(1)}`)
    .join(', ');
}
