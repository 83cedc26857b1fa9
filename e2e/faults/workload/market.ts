import { setTimeout as wait } from 'node:timers/promises';
import type { Client, Run, SendRecorded } from './client.ts';
import { recordCalls } from './client.ts';

/** What sellers and buyers of one seed have in common. */
export type Market = {
  run: Run;
  stop: AbortSignal;
  send: SendRecorded;
  /** The ids of the tickets that are for sale, the oldest first. */
  forSale: string[];
  sales: { orderId: string; seller: string }[];
  sellerOf: Map<string, Client>;
  /** A number for the next title. */
  nextTitle: number;
  /** Resolves early when the workload stops. */
  pause(ms: number): Promise<void>;
  removeFromSale(ticketId: string): void;
};

export function createMarket(run: Run, stop: AbortSignal): Market {
  const forSale: string[] = [];
  return {
    run,
    stop,
    send: recordCalls(run),
    forSale,
    sales: [],
    sellerOf: new Map(),
    nextTitle: 0,
    pause: (ms) => wait(ms, undefined, { signal: stop }).catch(() => undefined),
    removeFromSale(ticketId) {
      const index = forSale.indexOf(ticketId);
      if (index >= 0) forSale.splice(index, 1);
    },
  };
}

/** The title of every ticket of a seed starts with this, so a snapshot can be limited to one seed. */
export function titlePrefix(seed: number): string {
  return `seed ${seed}:`;
}
