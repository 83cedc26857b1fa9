import { run } from './run.ts';
import type { Server, Source } from './server.ts';

const program = 'github.com/nats-io/nats-server/v2@v2.15.2';

/** Go verifies downloads against the public checksum database. */
const go: Source = {
  name: 'go install',
  async get(folder) {
    await run('go', ['install', program], {
      timeoutMs: 300_000,
      env: { GOBIN: folder, GOFLAGS: '-trimpath' },
    });
  },
};

/** The broker for EVENT_BUS=jetstream. 2.10 is the first version with `sync_interval: always`. */
export const natsServer: Server = {
  name: 'nats-server',
  minimumVersion: '2.10.0',
  variable: 'NATS_SERVER_PATH',
  sources: [go],
  install: `go install ${program}`,
};
