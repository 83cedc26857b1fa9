import { ofKind } from './manifest.ts';
import { brokersHaveGeneratedUsers, connectsAsItsOwnUser } from './rules/broker-users.ts';
import { ingressIsPortable, routesNoInternalPaths, servicesMatchPods } from './rules/networking.ts';
import { onlyAuthHasPrivateKey } from './rules/pod-security.ts';
import { referencesExistingKeys, usesPinnedImages, usesStableApis } from './rules/references.ts';
import {
  databasesHaveAnOplog,
  databaseUsersHaveLeastPrivilege,
  hasNoSecretArguments,
  storesAreDurable,
  storesOnVolumes,
} from './rules/stores.ts';
import type { RuleCase } from './violations.ts';
import { addIngressPath, changeArgument, changeTickets, workloadOf } from './violations.ts';

const changeNatsUrl = (change: (url: string) => string) =>
  changeTickets(({ container }) =>
    container.env?.forEach((entry) => {
      if (entry.name === 'NATS_URL') entry.value = change(entry.value ?? '');
    }),
  );

/** The rules for stores, references and routing. */
export const overlayRules: RuleCase[] = [
  [
    'stores keep their data on volumes, behind a headless Service',
    storesOnVolumes,
    {
      'an unmounted volume': (all) => delete workloadOf(all, 'nats').container.volumeMounts,
      'a Service that is not headless': (all) =>
        ofKind(all, 'Service').forEach(({ spec }) => Object.assign(spec ?? {}, { clusterIP: undefined })),
      'a Deployment': (all) => (workloadOf(all, 'nats').object.kind = 'Deployment'),
    },
  ],
  [
    'stores lose nothing they acknowledged, and Redis requires a password',
    storesAreDurable,
    {
      'a broker in memory': changeArgument('nats', 'file', 'memory'),
      'a broker without fsync': changeArgument('nats', '--file_sync=true', '--file_sync=false'),
      'a Redis that evicts keys': changeArgument('expiration-redis', 'noeviction', 'allkeys-lru'),
      'a Redis without a password': changeArgument('expiration-redis', '/etc/redis/auth.conf', '--loglevel'),
    },
  ],
  [
    'each database is a replica set, so that it has an oplog',
    databasesHaveAnOplog,
    {
      'a mongod that starts without a set': (all) => delete workloadOf(all, 'auth-mongo').container.command,
      'no scripts': (all) => (workloadOf(all, 'auth-mongo').container.volumeMounts = []),
      'a Service that hides a busy database': (all) =>
        ofKind(all, 'Service').forEach(({ spec }) =>
          Object.assign(spec ?? {}, { publishNotReadyAddresses: false }),
        ),
      'a member that depends on DNS to find itself': (all) =>
        delete workloadOf(all, 'auth-mongo').spec.hostAliases,
    },
  ],
  [
    'no password is in an argument of a process',
    hasNoSecretArguments,
    {
      'a variable': (all) => workloadOf(all, 'expiration-redis').container.args?.push('$(REDIS_PASSWORD)'),
      'a password as such': (all) =>
        workloadOf(all, 'expiration-redis').container.args?.push('--requirepass'),
      'an address with a password': changeTickets(
        ({ container }) => (container.command = ['node', 'nats://orders:secret@nats-srv:4222']),
      ),
    },
  ],
  [
    'each service has a database user of its own with readWrite on its own database',
    databaseUsersHaveLeastPrivilege,
    {
      'a MongoDB without a password': (all) => delete workloadOf(all, 'auth-mongo').container.env,
      'no script that creates the user': (all) => delete workloadOf(all, 'auth-mongo').spec.volumes,
      'a user with more roles': (all) =>
        ofKind(all, 'ConfigMap').forEach(({ data = {} }) => {
          if (data['create-user.js'])
            data['create-user.js'] = data['create-user.js'].replace('readWrite', 'root');
        }),
      'a user of another database': (all) =>
        workloadOf(all, 'auth-mongo').container.env?.forEach((entry) => {
          if (entry.name === 'MONGO_INITDB_DATABASE') entry.value = 'orders';
        }),
      'the password of root in a service': changeTickets(({ container }) =>
        container.env?.push({
          name: 'X',
          valueFrom: { secretKeyRef: { name: 'tickets-mongo-root', key: 'password' } },
        }),
      ),
    },
  ],
  [
    'each service connects to the broker as a user of its own',
    connectsAsItsOwnUser,
    {
      'the user of another service': changeNatsUrl((url) => url.replace('tickets', 'orders')),
      'the operator': changeNatsUrl((url) => url.replace('tickets', 'operator')),
      'a password in the manifest': changeNatsUrl((url) => url.replace('$(NATS_PASSWORD)', 'secret')),
      'the Secret of another service': changeTickets(({ container }) =>
        container.env?.forEach(({ name, valueFrom }) => {
          if (name === 'NATS_PASSWORD') Object.assign(valueFrom?.secretKeyRef ?? {}, { name: 'nats-orders' });
        }),
      ),
      'one more Secret': changeTickets(({ container }) =>
        container.env?.push({
          name: 'X',
          valueFrom: { secretKeyRef: { name: 'nats-operator', key: 'password' } },
        }),
      ),
      'a password that Kubernetes does not insert': changeTickets(({ container }) =>
        container.env?.reverse(),
      ),
    },
  ],
  [
    'each broker has the users and permissions of the table of event owners',
    brokersHaveGeneratedUsers,
    {
      'one more permission': (all) =>
        ofKind(all, 'ConfigMap').forEach(({ data = {} }) => {
          if (data['users.conf']) data['users.conf'] = data['users.conf'].replace('"_INBOX.>"', '">"');
        }),
      'users that it does not load': changeArgument('nats', '--config', '--unused'),
      'a password in an argument': (all) =>
        workloadOf(all, 'nats').container.args?.push('--pass', '$(NATS_PASSWORD_OPERATOR)'),
      'a user without a Secret': (all) => workloadOf(all, 'nats').container.env?.shift(),
    },
  ],
  [
    'programs run their own images, stores run pinned official ones',
    usesPinnedImages,
    {
      'an unofficial image': (all) =>
        (workloadOf(all, 'nats').container.image = 'someone/nats-streaming:0.25.6'),
      'the image of another program': changeTickets(
        ({ container }) => (container.image = 'ticketing/orders'),
      ),
      'the tag latest': changeTickets(({ container }) => (container.image = 'ticketing/tickets:latest')),
    },
  ],
  [
    'all referenced Secret and ConfigMap keys exist',
    referencesExistingKeys,
    {
      'a Secret key that does not exist': changeTickets(({ container }) =>
        container.env?.push({
          name: 'X',
          valueFrom: { secretKeyRef: { name: 'tickets-mongo', key: 'url' } },
        }),
      ),
      'a ConfigMap key that does not exist': (all) =>
        ofKind(all, 'ConfigMap').forEach((map) => (map.data = {})),
    },
  ],
  [
    'only auth has the private key that signs sessions',
    onlyAuthHasPrivateKey,
    {
      'a mount in another program': changeTickets(
        ({ spec }) => (spec.volumes = [{ name: 'x', secret: { secretName: 'session-private-key' } }]),
      ),
      'no mount in auth': (all) => delete workloadOf(all, 'auth').spec.volumes,
    },
  ],
  [
    'all Services select pods and name their ports',
    servicesMatchPods,
    {
      'another container port': changeTickets(
        ({ container }) => (container.ports = [{ name: 'http', containerPort: 8080 }]),
      ),
      'a selector without pods': (all) =>
        ofKind(all, 'Service').forEach(({ spec }) => Object.assign(spec ?? {}, { selector: { app: 'x' } })),
    },
  ],
  [
    'all objects use stable API versions',
    usesStableApis,
    {
      'a removed version': changeTickets(({ object }) =>
        Object.assign(object, { apiVersion: 'apps/v1beta1' }),
      ),
      'an alpha version': changeTickets(({ object }) =>
        Object.assign(object, { apiVersion: 'resource.k8s.io/v1alpha3' }),
      ),
    },
  ],
  [
    'the Ingress works with every controller',
    ingressIsPortable,
    {
      'an annotation': (all) =>
        ofKind(all, 'Ingress').forEach(({ metadata }) =>
          Object.assign(metadata, { annotations: { 'nginx.ingress.kubernetes.io/use-regex': 'true' } }),
        ),
      'a regular expression': addIngressPath({ path: '/api/users/(.*)', pathType: 'ImplementationSpecific' }),
    },
  ],
  [
    'no Ingress routes to health, metrics or the control API of the emulator',
    routesNoInternalPaths,
    {
      'a route to health': addIngressPath({ path: '/healthz', pathType: 'Prefix' }),
      'a route to the control API': addIngressPath({ path: '/_emulator', pathType: 'Prefix' }),
    },
  ],
];
