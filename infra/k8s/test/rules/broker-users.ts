import { brokerUsers, clusterUsersConfig, passwordVariable } from '../../../local/src/broker-users.ts';
import type { Manifest, Workload } from '../manifest.ts';
import { ofKind } from '../manifest.ts';
import { eachWorkload } from './rule.ts';

const brokers: Record<string, 'nats-streaming' | 'jetstream'> = {
  nats: 'nats-streaming',
  jetstream: 'jetstream',
};

/** Kubernetes replaces only those `$(…)` whose variable comes first. */
export const connectsAsItsOwnUser = eachWorkload(({ app, container: { env = [] } }) => {
  const url = env.findIndex(({ name }) => name === 'NATS_URL');
  if (url < 0) return [];
  const password = env.findIndex(({ name }) => name === 'NATS_PASSWORD');
  const { name, key } = env[password]?.valueFrom?.secretKeyRef ?? {};
  return [
    !['nats-srv', 'jetstream-srv'].some(
      (host) => env[url]?.value === `nats://${app}:$(NATS_PASSWORD)@${host}:4222`,
    ) && 'does not connect to the broker as its own user',
    (name !== `nats-${app}` || key !== 'password') && 'does not have the password of its own Secret',
    password > url && 'defines NATS_PASSWORD after NATS_URL',
    env.filter((entry) => entry.valueFrom?.secretKeyRef?.name?.startsWith('nats-')).length > 1 &&
      'has the password of another user',
  ];
});

export const brokersHaveGeneratedUsers = eachWorkload((workload, manifests) => {
  const eventBus = brokers[workload.app];
  if (!eventBus) return [];
  const { env = [], args = [] } = workload.container;
  const users = loadedConfig(workload, manifests);
  return [
    users !== clusterUsersConfig(eventBus) && 'does not have the users that npm run docs generates',
    args.some((argument) => /\$\(|--?(user|pass|auth)\b/.test(argument)) && 'has a user in its arguments',
    ...brokerUsers.map((user) => {
      const { name, key } =
        env.find((entry) => entry.name === passwordVariable(user))?.valueFrom?.secretKeyRef ?? {};
      return (name !== `nats-${user}` || key !== 'password') && `does not have the password of ${user}`;
    }),
  ];
});

/** The file users.conf, when the broker loads it: by an argument, or included by the file that an argument names. */
function loadedConfig({ spec, container }: Workload, manifests: Manifest[]): string | undefined {
  const { args = [], volumeMounts = [] } = container;
  const file = args[args.indexOf('--config') + 1] ?? '';
  const mount = volumeMounts.find(({ mountPath }) => file.startsWith(`${mountPath}/`));
  const name = spec.volumes?.find((volume) => volume.name === mount?.name)?.configMap?.name;
  const { data = {} } = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === name) ?? {};
  const loaded = file.split('/').at(-1) ?? '';
  const isIncluded = /^include \.\/users\.conf$/m.test(data[loaded] ?? '');
  return loaded === 'users.conf' || isIncluded ? data['users.conf'] : undefined;
}
