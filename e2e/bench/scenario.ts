import type { Counts } from './counts.ts';
import type { Round } from './measure.ts';
import type { World } from './world.ts';

/** Upper limits: CPU milliseconds per good answer, milliseconds of latency. `perSecond` is a lower limit. */
export type Goals = { cpu?: number; p50?: number; p99?: number; perSecond?: number };

/** One kind of request, measured in rounds. */
export type Scenario = {
  name: string;
  description: string;
  goals?: Goals;
  /** The processes whose CPU counts; the five services by default. */
  counted?: readonly string[];
  /** The requests after `FIRST_REQUESTS` and before the first round; one round by default. */
  warmUp?: (world: World) => number;
  /** Creates what the requests need. Each call of the result is one round; the first two are `FIRST_REQUESTS` and the warm-up. */
  prepare: (world: World) => Promise<Round>;
  /** The same load on the floor program. */
  floor?: (world: World) => Promise<Round>;
  /** What one of them causes, counted apart from the rounds. */
  count?: (world: World) => Promise<Counts>;
};

/** A measurement that does not consist of equal rounds. It logs its results and returns figures for the report. */
export type Experiment = {
  name: string;
  description: string;
  /** Takes minutes, so it runs only when named or with --all. */
  slow?: boolean;
  needsClient?: boolean;
  /** Upper limits of figures, by their names. */
  goals?: Record<string, number>;
  run: (world: World, log: (line: string) => void) => Promise<Record<string, number>>;
};
