// The entry point for operators' timelines: of no use to a service that runs, so the main entry point does not load it.
export { collectFacts } from './timeline/collect-facts.ts';
export { relatedIds } from './timeline/facts.ts';
export type { Facts, Ids, Subject } from './timeline/facts.ts';
export { findPendingWork, findViolations } from './timeline/invariants.ts';
export { allIds, factsOfLogs } from './ops/log-moments.ts';
export { parseOpsArgs, printTimeline, readFacts, runMongoOps, runOps } from './ops/ops.ts';
export type { Timeline } from './timeline/timeline.ts';
export { printUsage, terminal } from './program.ts';
