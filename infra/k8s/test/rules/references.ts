import { ofKind, workloads } from '../manifest.ts';
import type { Rule } from './rule.ts';
import { eachWorkload } from './rule.ts';

const official =
  /^(mongo:8\.0|redis:7\.4-bookworm|nats-streaming:0\.25\.6|nats:2\.15\.2)(@sha256:[0-9a-f]{64})?$/;

export const usesPinnedImages = eachWorkload(({ component, container, app }) => {
  const image = container.image ?? '';
  const own = new RegExp(`(^|/)ticketing/${app}(:|@|$)`).test(image);
  return [
    ['store', 'backup'].includes(component)
      ? !official.test(image) && `runs ${image}`
      : !own && `runs ${image}`,
    image.endsWith(':latest') && 'uses the tag latest',
  ];
});

/** The keys of the documented Secrets (docs/deploying.md). */
const secretKeys: Record<string, string[]> = {
  'session-private-key': ['private.pem'],
  'session-public-key': ['public.pem'],
  stripe: ['key', 'publishable-key', 'webhook-secret'],
  'expiration-redis': ['url', 'auth.conf'],
  ...Object.fromEntries(
    ['operator', 'auth', 'tickets', 'orders', 'payments', 'expiration'].map((name) => [
      `nats-${name}`,
      ['password'],
    ]),
  ),
  ...Object.fromEntries(
    ['auth', 'tickets', 'orders', 'payments'].flatMap((name) => [
      [`${name}-mongo`, ['uri', 'password']],
      [`${name}-mongo-root`, ['password']],
    ]),
  ),
};

export const referencesExistingKeys = eachWorkload(({ container }, manifests) =>
  (container.env ?? []).map(({ name, valueFrom }) => {
    const secret = valueFrom?.secretKeyRef;
    if (secret)
      return (
        !secretKeys[secret.name ?? '']?.includes(secret.key) &&
        `${name} refers to ${secret.name}/${secret.key}, which does not exist`
      );
    const entry = valueFrom?.configMapKeyRef;
    if (!entry) return false;
    const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === entry.name);
    return (
      map?.data?.[entry.key] === undefined &&
      `${name} refers to ${entry.name}/${entry.key}, which does not exist`
    );
  }),
);

const stable = new Set([
  'v1',
  'apps/v1',
  'autoscaling/v2',
  'batch/v1',
  'networking.k8s.io/v1',
  'policy/v1',
  'rbac.authorization.k8s.io/v1',
  'scheduling.k8s.io/v1',
]);

const customGroups =
  /^(gateway\.networking\.k8s\.io|monitoring\.coreos\.com|external-secrets\.io|cert-manager\.io)\/v1$/;

export const usesStableApis: Rule = (manifests) =>
  manifests
    .filter(({ apiVersion }) => !stable.has(apiVersion) && !customGroups.test(apiVersion))
    .map(({ apiVersion, kind, metadata }) => `${kind} ${metadata.name} uses the unstable API ${apiVersion}`);

export const usesRealPayments: Rule = (manifests) =>
  workloads(manifests).flatMap(({ app, container }) => [
    ...(app === 'stripe-emulator' ? ['the emulator is deployed'] : []),
    ...(container.env ?? [])
      .filter(({ name }) => ['ALLOW_TEST_PAYMENTS', 'STRIPE_API_BASE', 'CRASH_AT', 'LIMITS'].includes(name))
      .map(({ name }) => `${app} has ${name}`),
  ]);
