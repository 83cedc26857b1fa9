// The command lines of the servers, the same under npm start, in tests and in benchmarks.

export type StoreOptions = { data: string; port: number };

export function mongodArgs({ data, port }: StoreOptions): string[] {
  const local = ['--dbpath', data, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'];
  const small = [
    '--wiredTigerCacheSizeGB',
    '0.25',
    '--setParameter',
    'diagnosticDataCollectionEnabled=false',
  ];
  // No line for a slow operation: it would contain values, such as the e-mail address of a sign-in.
  return [...local, ...small, '--slowOpSampleRate', '0'];
}

export function redisArgs({ data, port }: StoreOptions): string[] {
  const local = ['--dir', data, '--port', String(port), '--bind', '127.0.0.1', '--daemonize', 'no'];
  return [...local, '--appendonly', 'yes', '--maxmemory-policy', 'noeviction', '--save', ''];
}

export type NatsOptions = StoreOptions & {
  clusterId: string;
  monitorPort?: number;
  /** A file with `brokerUsersConfig`; without it, everyone may connect. */
  config?: string;
};

/**
 * A channel keeps 30 days or 384 MB; a sync to disk before each acknowledgment, and short heartbeats that detect dead
 * clients soon.
 */
export function natsStreamingArgs(options: NatsOptions): string[] {
  const { data, port, clusterId, monitorPort, config } = options;
  const local = ['-cid', clusterId, '-a', '127.0.0.1', '-p', String(port), '-store', 'file', '-dir', data];
  const durable = ['--file_sync=true', '--file_auto_sync', '1s'];
  const limits = ['--max_msgs', '0', '--max_bytes', '384MB', '--max_age', '720h', '--max_channels', '0'];
  const heartbeats = ['-hbi', '5s', '-hbt', '2s', '-hbf', '2'];
  const monitor = monitorPort ? ['-m', String(monitorPort)] : [];
  return [...local, ...durable, ...limits, ...heartbeats, ...monitor, ...(config ? ['-c', config] : [])];
}

/**
 * One thread of Go at a time: with several, those without work look for some each time that an event comes. The broker
 * takes 15 % less CPU for a purchase, and stores no fewer events per second (docs/performance-log.md).
 */
export const natsStreamingEnv = { GOMAXPROCS: '1' };

/** The broker for EVENT_BUS=jetstream; `config` is a file with `natsServerConfig`. */
export function natsServerArgs({
  config,
  port,
  monitorPort,
}: {
  config: string;
  port: number;
  monitorPort: number;
}) {
  return ['-c', config, '-a', '127.0.0.1', '-p', String(port), '-m', String(monitorPort)];
}

/** Without `sync_interval: always` a power cut can lose acknowledged messages. There is no flag for it. */
export function natsServerConfig(data: string): string {
  return `jetstream { store_dir: ${JSON.stringify(data)}, sync_interval: always }\n`;
}
