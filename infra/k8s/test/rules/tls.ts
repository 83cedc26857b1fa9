import type { Manifest, Workload } from '../manifest.ts';
import { ofKind, workloads } from '../manifest.ts';
import type { Rule } from './rule.ts';
import { eachWorkload } from './rule.ts';

/** What makes a store require TLS; the files are the keys of its Secret, below /etc/tls. */
const required: [RegExp, string[]][] = [
  [/-mongo$/, ['--tlsMode requireTLS', '--tlsCertificateKeyFile /etc/tls/tls-combined.pem']],
  [/-redis$/, ['--port 0', '--tls-port 6379', '--tls-cert-file /etc/tls/tls.crt']],
  [/^nats$/, ['--tls', '--tlscert /etc/tls/tls.crt', '--tls_client_cacert /etc/tls/ca.crt']],
  [/^jetstream$/, ['--tls', '--tlscert /etc/tls/tls.crt']],
];

const volumeAt = ({ spec, container }: Workload, path: string) => {
  const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === path);
  return spec.volumes?.find(({ name }) => name === mount?.name)?.secret;
};

function requiresTls({ app, container: { args = [] } }: Workload): boolean {
  const flags = required.find(([apps]) => apps.test(app))?.[1] ?? [];
  return flags.length > 0 && flags.every((flag) => ` ${args.join(' ')} `.includes(` ${flag} `));
}

const valueOf = ({ container }: Workload, variable: string) =>
  container.env?.find(({ name }) => name === variable)?.value;

/** The stores in the cluster that a program connects to, with the variable that has their authority. */
function storesOf(program: Workload, manifests: Manifest[]): { store: Workload; variable: string }[] {
  const broker = /@(\w+)-srv:4222$/.exec(valueOf(program, 'NATS_URL') ?? '')?.[1];
  const wanted = {
    NATS_CA_FILE: broker,
    MONGO_CA_FILE: `${program.app}-mongo`,
    REDIS_CA_FILE: `${program.app}-redis`,
  };
  return Object.entries(wanted).flatMap(([variable, app]) => {
    const store = workloads(manifests).find((workload) => workload.app === app);
    return store ? [{ store, variable }] : [];
  });
}

/** A store requires TLS exactly when its programs do, and they trust the authority of its Secret. */
export const programsAndStoresAgreeOnTls = eachWorkload((program, manifests) =>
  storesOf(program, manifests).flatMap(({ store, variable }) => {
    const file = valueOf(program, variable);
    if (requiresTls(store) !== Boolean(file)) return [`does not agree with ${store.app} on TLS`];
    const own = volumeAt(program, file?.replace(/\/ca\.crt$/, '') ?? '')?.secretName;
    return [own !== volumeAt(store, '/etc/tls')?.secretName && `does not have the authority of ${store.app}`];
  }),
);

/** A Secret with a private key is mounted whole only in its store. */
export const privateKeysStayWithStores = eachWorkload(({ component, spec }) =>
  (spec.volumes ?? []).map(
    ({ secret }) =>
      component !== 'store' &&
      Boolean(secret?.secretName?.endsWith('-tls')) &&
      secret?.items?.map(({ key }) => key).join() !== 'ca.crt' &&
      `mounts the private key of ${secret?.secretName}`,
  ),
);

/** The certificates name the hosts that the programs connect to; NATS Streaming connects to itself as localhost. */
export const certificatesNameTheirHosts: Rule = (manifests) =>
  ofKind(manifests, 'Certificate')
    .filter(({ spec }) => !spec.isCA)
    .flatMap(({ spec: { secretName, dnsNames = [], additionalOutputFormats } }) => {
      const app = secretName.replace(/-tls$/, '');
      const hosts = app === 'nats' ? ['nats-srv', 'jetstream-srv', 'localhost'] : [`${app}-srv`];
      const isCombined = additionalOutputFormats?.some(({ type }) => type === 'CombinedPEM') ?? false;
      return [
        ...hosts
          .filter((host) => !dnsNames.includes(host))
          .map((host) => `${secretName} does not name ${host}`),
        ...(app.endsWith('-mongo') && !isCombined ? [`${secretName} has no tls-combined.pem`] : []),
      ];
    });
