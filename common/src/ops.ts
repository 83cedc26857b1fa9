// The entry point for operators' timelines: of no use to a service that runs, so the main entry point does not load it.
export { relatedIds } from './ops/facts.ts';
export type { Facts, Ids, Moment, StoredFacts, Subject } from './ops/facts.ts';
export { findPendingWork, findViolations } from './ops/invariants.ts';
export { allIds, factsOfLogs } from './ops/log-moments.ts';
export { parseOpsArgs, printTimeline, readFacts, runMongoOps, runOps } from './ops/ops.ts';
export { waitingEvents } from './ops/own-facts.ts';
export type { Timeline } from './ops/timeline.ts';
export { printUsage, terminal } from './program.ts';
