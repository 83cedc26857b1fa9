import { ofKind } from './manifest.ts';
import { ingressIsPortable, routesNoInternalPaths, servicesMatchPods } from './rules/networking.ts';
import { onlyAuthHasPrivateKey } from './rules/pod-security.ts';
import { referencesExistingKeys, usesPinnedImages, usesStableApis } from './rules/references.ts';
import { storesAreDurable, storesOnVolumes } from './rules/stores.ts';
import { argumentOf, first, tickets, withPath } from './violations.ts';
import type { RuleCase } from './violations.ts';

/** The rules for stores, references and routing. */
export const overlayRules: RuleCase[] = [
  [
    'stores keep their data on volumes, behind a headless Service',
    storesOnVolumes,
    {
      'an unmounted volume': (all) => delete first(all, 'nats').container.volumeMounts,
      'a Service that is not headless': (all) =>
        ofKind(all, 'Service').forEach(({ spec }) => Object.assign(spec ?? {}, { clusterIP: undefined })),
      'a Deployment': (all) => (first(all, 'nats').object.kind = 'Deployment'),
    },
  ],
  [
    'stores lose nothing they acknowledged, and require passwords',
    storesAreDurable,
    {
      'a broker in memory': argumentOf('nats', 'file', 'memory'),
      'a broker without fsync': argumentOf('nats', '--file_sync=true', '--file_sync=false'),
      'a broker without a password': argumentOf('nats', '$(NATS_PASSWORD)', ''),
      'a Redis that evicts keys': argumentOf('expiration-redis', 'noeviction', 'allkeys-lru'),
      'a MongoDB without a password': (all) => delete first(all, 'auth-mongo').container.env,
    },
  ],
  [
    'programs run their own images, stores run pinned official ones',
    usesPinnedImages,
    {
      'an unofficial image': (all) => (first(all, 'nats').container.image = 'someone/nats-streaming:0.25.6'),
      'the image of another program': tickets(({ container }) => (container.image = 'ticketing/orders')),
      'the tag latest': tickets(({ container }) => (container.image = 'ticketing/tickets:latest')),
    },
  ],
  [
    'all referenced Secret and ConfigMap keys exist',
    referencesExistingKeys,
    {
      'a Secret key that does not exist': tickets(({ container }) =>
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
      'a mount in another program': tickets(
        ({ spec }) => (spec.volumes = [{ name: 'x', secret: { secretName: 'session-private-key' } }]),
      ),
      'no mount in auth': (all) => delete first(all, 'auth').spec.volumes,
    },
  ],
  [
    'all Services select pods and name their ports',
    servicesMatchPods,
    {
      'another container port': tickets(
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
      'a removed version': tickets(({ object }) => Object.assign(object, { apiVersion: 'apps/v1beta1' })),
      'an alpha version': tickets(({ object }) =>
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
      'a regular expression': withPath({ path: '/api/users/(.*)', pathType: 'ImplementationSpecific' }),
    },
  ],
  [
    'no Ingress routes to health, metrics or the control API of the emulator',
    routesNoInternalPaths,
    {
      'a route to health': withPath({ path: '/healthz', pathType: 'Prefix' }),
      'a route to the control API': withPath({ path: '/_emulator', pathType: 'Prefix' }),
    },
  ],
];
