import { run } from './run.ts';
import type { Server, Source } from './server.ts';

const program = 'github.com/nats-io/nats-server/v2@v2.15.2';

/** Go checks what it fetches against the public checksum database. */
const go: Source = {
  name: 'go install',
  async get(folder) {
    await run('go', ['install', program], {
      timeoutMs: 300_000,
      env: { GOBIN: folder, GOFLAGS: '-trimpath' },
    });
  },
};

/** The broker of EVENT_BUS=jetstream. 2.10 is the first to know `sync_interval: always`. */
export const natsServer: Server = {
  name: 'nats-server',
  atLeast: '2.10.0',
  variable: 'NATS_SERVER_PATH',
  sources: [go],
  install: `go install ${program}`,
};
