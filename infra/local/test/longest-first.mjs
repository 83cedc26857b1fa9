import { relative } from 'node:path';
import Sequencer from '@jest/test-sequencer';

const root = `${import.meta.dirname}/../../..`;

/**
 * The order mixes files that compute with files that wait for a clock or another process, so that the cores are busy. A file
 * that runs in a group stands for all groups of its project.
 */
export const longestFiles = [
  'common/src/bus/nats-streaming.test.ts',
  'common/src/bus/jetstream.test.ts',
  'common/src/bus/nats-streaming-positions.test.ts',
  'common/src/bus/nats-streaming-losses.test.ts',
  'common/src/bus/jetstream-faults.test.ts',
  'common/src/bus/nats-streaming-faults.test.ts',
  'common/src/http/slow-requests.test.ts',
  'infra/k8s/test/policies.test.ts',
  'common/test/package.test.ts',
  'common/src/bus/dlq.test.ts',
  'common/src/bus/jetstream-positions.test.ts',
  'infra/stripe/src/index.test.ts',
  'common/src/bus/nats-streaming-defects.test.ts',
  'common/src/bus/jetstream-losses.test.ts',
  'expiration/src/timer.test.ts',
  'common/src/bus/nats-streaming-observe.test.ts',
  'e2e/browser/pages.test.ts',
  'e2e/journeys/timeline.test.ts',
  'e2e/browser/expiring.test.ts',
  'e2e/browser/browsing.test.ts',
  'e2e/browser/failures.test.ts',
  'e2e/browser/languages.test.ts',
  'e2e/journeys/refunding.test.ts',
  'e2e/journeys/crashing.test.ts',
  'e2e/faults/faults.test.ts',
  'e2e/model/model.test.ts',
];

/**
 * Starts the longest test files first, so that none runs alone at the end. Jest remembers the durations of earlier runs;
 * without one, as in CI, it would start the largest files first, and some of these are small.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const rank = ({ path, duration }) => {
      const at = duration === undefined ? longestFiles.indexOf(relative(root, path)) : -1;
      return at === -1 ? longestFiles.length : at;
    };
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}
