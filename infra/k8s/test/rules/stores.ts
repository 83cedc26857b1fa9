import type { Manifest, Workload } from '../manifest.ts';
import { ofKind, workloads } from '../manifest.ts';
import type { Rule } from './rule.ts';
import { eachWorkload } from './rule.ts';

export const storesOnVolumes = eachWorkload(({ kind, component, object, container }, manifests) => {
  if (component !== 'store' && component !== 'emulator') return [];
  if (kind !== 'StatefulSet') return ['is not a StatefulSet'];
  const spec = (
    object as { spec?: { serviceName?: string; volumeClaimTemplates?: { metadata?: { name?: string } }[] } }
  ).spec;
  const claims = (spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name);
  const service = ofKind(manifests, 'Service').find(({ metadata }) => metadata.name === spec?.serviceName);
  return [
    !(container.volumeMounts ?? []).some(({ name }) => claims.includes(name)) &&
      'mounts no volume of its own',
    !service && 'has no Service',
    component === 'store' && service?.spec?.clusterIP !== 'None' && 'has a Service that is not headless',
  ];
});

const args = (manifests: Manifest[], app: string) =>
  workloads(manifests)
    .filter((workload) => workload.app === app)
    .map(({ container }) => (container.args ?? []).join(' '));

export const storesAreDurable: Rule = (manifests) => {
  const requiredFlags: [string, string[]][] = [
    ['expiration-redis', ['/etc/redis/auth.conf', '--appendonly yes', '--maxmemory-policy noeviction']],
    [
      'nats',
      [
        '-store file',
        '--file_sync=true',
        '--file_auto_sync 1s',
        '--max_msgs 0',
        '--max_bytes 384MB',
        '--max_age 720h',
        '--max_channels 0',
        '-hbi 5s',
        '-hbt 2s',
        '-hbf 2',
      ],
    ],
  ];
  const findings = requiredFlags.flatMap(([app, flags]) =>
    args(manifests, app).flatMap((given) =>
      flags
        .filter((flag) => !` ${given} `.includes(` ${flag} `))
        .map((flag) => `${app} runs without ${flag}`),
    ),
  );
  const jetStream = workloads(manifests)
    .filter(({ app }) => app === 'jetstream')
    .flatMap(({ spec, container }) => jetStreamFindings(spec, container, manifests));
  return [...findings, ...jetStream];
};

/** Everybody on a node can read the arguments of its processes; Kubernetes writes the value of `$(…)` into them. */
export const hasNoSecretArguments = eachWorkload(({ container: { command = [], args = [] } }) =>
  [...command, ...args].map(
    (argument) =>
      /\$\(|pass(word)?\b|:\/\/[^/]*@/i.test(argument) &&
      `has the argument ${argument}, which may be a secret`,
  ),
);

/** The database of a service has a user with its own database alone; the service does not know the password of root. */
export const databaseUsersHaveLeastPrivilege = eachWorkload(({ app, spec, container }, manifests) => {
  const { env = [], volumeMounts = [] } = container;
  const secretOf = (variable: string) =>
    env.find(({ name }) => name === variable)?.valueFrom?.secretKeyRef?.name;
  const usesRoot = env.some(({ valueFrom }) => valueFrom?.secretKeyRef?.name?.endsWith('-mongo-root'));
  if (!app.endsWith('-mongo')) return [usesRoot && app !== 'backup' && 'has the password of root'];
  const service = app.replace('-mongo', '');
  const mount = volumeMounts.find(({ mountPath }) => mountPath === '/docker-entrypoint-initdb.d');
  const scripts = spec.volumes?.find(({ name }) => name === mount?.name)?.configMap?.name;
  const { data } = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === scripts) ?? {};
  return [
    secretOf('MONGO_INITDB_ROOT_PASSWORD') !== `${app}-root` && 'has no password of root of its own',
    secretOf('MONGO_SERVICE_PASSWORD') !== app && 'does not have the password of the user of its service',
    env.find(({ name }) => name === 'MONGO_INITDB_DATABASE')?.value !== service &&
      'creates a user of another database',
    !data?.['create-user.js']?.includes("roles: [{ role: 'readWrite', db: name }]") &&
      'does not create a user with readWrite alone',
  ];
});

/** Only a member of a set has an oplog, without which a dump of a running database is not of one moment. */
export const databasesHaveAnOplog = eachWorkload(({ app, spec, container }, manifests) => {
  if (!app.endsWith('-mongo')) return [];
  const { command = [], volumeMounts = [] } = container;
  const volume = volumeMounts.find(({ mountPath }) => mountPath === '/etc/mongo')?.name;
  const scripts = spec.volumes?.find(({ name }) => name === volume)?.configMap?.name;
  const { data } = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === scripts) ?? {};
  const service = ofKind(manifests, 'Service').find(({ metadata }) => metadata.name === `${app}-srv`);
  const ownName = spec.hostAliases?.find(({ ip }) => ip === '127.0.0.1')?.hostnames?.[0];
  return [
    command.join(' ') !== 'bash /etc/mongo/start.sh' && 'does not start with start.sh',
    !data?.['start.sh']?.includes(' --replSet rs0 --keyFile ') && 'is no member of a set',
    !data?.['primary.js']?.includes('rs.initiate(') && 'has probes that create no set',
    service?.spec?.publishNotReadyAddresses !== true &&
      'disappears from DNS when it is too busy for its probe',
    ownName !== `${app}-srv` && 'does not find itself before DNS has its address',
  ];
});

/** nats-server has no flags for durability, so its config file is checked. */
function jetStreamFindings(
  { volumes = [] }: Workload['spec'],
  { args = [], volumeMounts = [] }: Workload['container'],
  manifests: Manifest[],
): string[] {
  const file = args[args.indexOf('--config') + 1] ?? '';
  const mount = volumeMounts.find(({ mountPath }) => file.startsWith(`${mountPath}/`));
  const name = volumes.find((volume) => volume.name === mount?.name)?.configMap?.name;
  const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === name);
  const settings = map?.data?.[file.split('/').at(-1) ?? ''] ?? '';
  const store = /^ *store_dir: (\S+)$/m.exec(settings)?.[1];
  return [
    !/^ *sync_interval: always$/m.test(settings) && 'jetstream acknowledges before it has synced to disk',
    !volumeMounts.some(({ name, mountPath }) => name === 'data' && mountPath === store) &&
      'jetstream stores its streams outside its volume',
  ].filter((finding) => finding !== false);
}
