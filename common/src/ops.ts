// The entry point for operators' programs: of no use to a service that runs, so the main entry point does not load it.
export { findPendingWork, findViolations } from './ops/invariants.ts';
