import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { download } from './download.ts';
import { run } from './run.ts';
import type { Server, Source } from './server.ts';

const version = 'v0.25.6';

/** Checksums of the official container image's build. */
const archives: Record<string, { name: string; sha256: string }> = {
  'linux-x64': {
    name: `nats-streaming-server-${version}-linux-amd64`,
    sha256: '10f25b100a5b9a7389882883259790d599b557a16ddde1accdfcf9361e19b2f9',
  },
  'linux-arm64': {
    name: `nats-streaming-server-${version}-linux-arm64`,
    sha256: 'caf2839d14c610d9d62afeb9022ee36aa4ff5adc86d0402bb7e1a5d7f5e7d26f',
  },
};

const official: Source = {
  name: 'official release',
  async get(folder) {
    const platform = `${process.platform}-${process.arch}`;
    const archive = archives[platform];
    if (!archive) throw new Error(`no checksum is pinned for ${platform}`);
    const releases = 'https://github.com/nats-io/nats-streaming-server/releases/download';
    const content = await download(`${releases}/${version}/${archive.name}.tar.gz`, archive.sha256);
    await writeFile(join(folder, 'release.tar.gz'), content);
    await run('tar', ['-xzf', 'release.tar.gz'], { timeoutMs: 30_000, cwd: folder });
    await rm(join(folder, 'release.tar.gz'));
    await rename(join(folder, archive.name, 'nats-streaming-server'), join(folder, 'nats-streaming-server'));
  },
};

const go: Source = {
  name: 'go install',
  async get(folder) {
    const program = `github.com/nats-io/nats-streaming-server@${version}`;
    await run('go', ['install', program], {
      timeoutMs: 300_000,
      env: { GOBIN: folder, GOFLAGS: '-trimpath' },
    });
  },
};

export const natsStreaming: Server = {
  name: 'nats-streaming-server',
  minimumVersion: '0.25.6',
  variable: 'NATS_STREAMING_PATH',
  sources: [official, go],
  install: `go install github.com/nats-io/nats-streaming-server@${version}`,
};
