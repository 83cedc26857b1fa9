import type { Round } from './measure.ts';
import type { World } from './world.ts';

/** What the design asks for: CPU milliseconds per good answer, milliseconds of latency. */
export type Goals = { cpu?: number; p50?: number; p99?: number };

/** One kind of request, measured in rounds. */
export type Scenario = {
  name: string;
  what: string;
  goals?: Goals;
  /** Whose CPU counts, where it is not that of the five services. */
  counted?: readonly string[];
  /** Makes what is needed; each call of what comes back is one round, and the first only warms up. */
  prepare: (world: World) => Promise<Round>;
  /** The same on the floor program. */
  floor?: (world: World) => Promise<Round>;
};

/** Something that rounds cannot show. It reports what it found in lines, and in figures for the file. */
export type Experiment = {
  name: string;
  what: string;
  /** Run only when named, or with --all: it takes minutes. */
  slow?: boolean;
  needsClient?: boolean;
  run: (world: World, say: (line: string) => void) => Promise<Record<string, number>>;
};
