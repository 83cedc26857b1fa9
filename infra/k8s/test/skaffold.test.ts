import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Ajv } from 'ajv';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import { parse } from 'yaml';
import { workloads } from './manifest.ts';
import { describeRendered, renderOne } from './rendered.ts';

type Artifact = {
  image: string;
  context: string;
  docker: { dockerfile: string; target?: string; buildArgs?: { SERVICE?: string } };
  sync?: { manual: { src: string; dest: string; strip: string }[] };
};
type Patch = { op: string; path: string; value?: unknown };
type Config = {
  metadata: { name: string };
  requires?: { path: string }[];
  build: { artifacts: Artifact[]; tagPolicy: object; local: { push: boolean; useBuildkit: boolean } };
  manifests?: { kustomize: { paths: string[] } };
  portForward?: { resourceName: string; port: number; localPort: number }[];
  profiles?: {
    name: string;
    build?: { insecureRegistries?: string[]; local: { useBuildkit: boolean } };
    patches?: Patch[];
  }[];
};

const root = join(import.meta.dirname, '../../..');
const programs = ['auth', 'tickets', 'orders', 'payments', 'expiration', 'client'];
/** All but its tests, in the order of the alphabet. */
const filesOfClient = execFileSync('git', ['ls-files', 'client'], { cwd: root, encoding: 'utf8' });
const foldersOfClient = [...new Set(filesOfClient.match(/^client\/(?!test\/)\w+(?=\/)/gm))];
const read = (file: string) => parse(readFileSync(join(root, file), 'utf8')) as Config;
const main = read('skaffold.yaml');
const files = ['skaffold.yaml', ...(main.requires ?? []).map(({ path }) => path)];
const configs = files.map((file) => ({ file, folder: dirname(file), config: read(file) }));

// Skaffold's own schema without descriptions.
const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, 'skaffold-v4beta14.schema.json'), 'utf8'),
) as object;
const isValid = new Ajv({ strict: false, allErrors: true }).compile(schema);

describe('skaffold.yaml and its modules', () => {
  it.each(files)('%s is valid against the schema of Skaffold', (file) => {
    isValid(read(file));
    expect(isValid.errors ?? []).toEqual([]);
  });

  it('are invalid with an unknown key', () => {
    const broken = structuredClone(read('tickets/skaffold.yaml'));
    Object.assign(broken.build.artifacts[0] ?? {}, { dockerFile: 'x' });
    expect(isValid(broken)).toBe(false);
  });

  it('have a module for the platform and for every program', () => {
    expect(configs.map(({ config }) => config.metadata.name).sort()).toEqual(
      [...programs, 'platform', 'ticketing'].sort(),
    );
  });

  it('build each image once, from existing Dockerfiles and folders', () => {
    const artifacts = configs.flatMap(({ folder, config }) =>
      config.build.artifacts.map((artifact) => ({
        ...artifact,
        at: resolve(root, folder, artifact.context),
      })),
    );
    for (const { at, docker } of artifacts) {
      expect(at).toBe(resolve(root));
      const text = readFileSync(join(at, docker.dockerfile), 'utf8');
      expect(existsSync(join(at, `${docker.dockerfile}.dockerignore`))).toBe(true);
      if (docker.target) expect(text).toMatch(new RegExp(`^FROM .* AS ${docker.target}$`, 'm'));
      if (docker.buildArgs?.SERVICE) expect(existsSync(join(at, docker.buildArgs.SERVICE, 'src'))).toBe(true);
    }
    const images = artifacts.map(({ image }) => image);
    expect(images.sort()).toEqual(
      [...programs, 'stripe-emulator', 'verify'].map((name) => `ticketing/${name}`).sort(),
    );
  });

  it('sync edited files of a program and of common to their place in the image', () => {
    for (const { config } of configs.filter(({ config: { metadata } }) => programs.includes(metadata.name))) {
      const { name } = config.metadata;
      const rules = config.build.artifacts[0]?.sync?.manual ?? [];
      const folders = name === 'client' ? foldersOfClient : [`${name}/src`, 'common/src'];
      expect(rules.map(({ dest, strip }) => [dest, strip])).toEqual(
        folders.map((folder) => [`/app/${folder}`, `${folder}/`]),
      );
    }
  });

  it('build the client from all of its folders, for production and for live edits', () => {
    const dockerfile = readFileSync(join(root, 'infra/docker/client.Dockerfile'), 'utf8');
    const copies = dockerfile.matchAll(/^COPY (?:--chown=\S+ )?(client\/\w+) \1$/gm);
    const copied = [...copies].map(([, folder]) => folder);
    expect(copied).toEqual([...foldersOfClient, ...foldersOfClient]);
  });

  it('keep images on the machine that builds them and tag them by their content', () => {
    for (const { config } of configs)
      expect(config.build).toMatchObject({ tagPolicy: { inputDigest: {} }, local: { push: false } });
  });

  it('have profiles for production images, Stripe, the Gateway API and debugging, and for podman in every module', () => {
    const named = (name: string) =>
      configs.filter(({ config }) => config.profiles?.some((profile) => profile.name === name));
    expect(named('prod-images')).toHaveLength(programs.length);
    expect(named('podman')).toHaveLength(configs.length);
    for (const name of ['stripe', 'gateway-api', 'debug']) expect(named(name).length).toBeGreaterThan(0);
    for (const { config } of configs) {
      const podman = config.profiles?.find(({ name }) => name === 'podman');
      expect(podman?.build?.local).toEqual({ push: true, useBuildkit: false });
      // Another registry is an argument: --insecure-registry.
      expect(podman?.build?.insecureRegistries).toEqual(['localhost:5000']);
    }
  });

  it('run `skaffold verify` in a pod that the restricted standard admits', () => {
    const job = parse(readFileSync(join(root, 'infra/k8s/verify/job.yaml'), 'utf8')) as IJob;
    const pod = job.spec?.template.spec;
    expect(pod?.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod?.containers.map(({ securityContext }) => securityContext)).toEqual([
      { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    ]);
    expect([pod?.automountServiceAccountToken, pod?.volumes]).toEqual([false, undefined]);
  });

  it('patch only existing paths', () => {
    for (const { file, config } of configs)
      for (const { path } of config.profiles?.flatMap(({ patches = [] }) => patches) ?? [])
        expect([file, path, at(config, path) !== undefined]).toEqual([file, path, true]);
  });
});

describeRendered('what Skaffold deploys', () => {
  const folders = configs.flatMap(({ folder, config }) => {
    const patched = (config.profiles ?? []).flatMap(({ patches = [] }) =>
      patches.filter(({ path }) => path.startsWith('/manifests')).map(({ value }) => String(value)),
    );
    return [...(config.manifests?.kustomize.paths ?? []), ...patched].map((path) =>
      relative('infra/k8s', join(folder, path)),
    );
  });

  it.each(folders)('%s renders and runs only images that a module builds', (folder) => {
    const images = configs.flatMap(({ config }) => config.build.artifacts.map(({ image }) => image));
    const own = workloads(renderOne(folder)).filter(({ component }) => component !== 'store');
    for (const { container } of own) expect(images).toContain(container.image);
  });

  it('forwards a port of an existing Service', () => {
    const [forward] = main.portForward ?? [];
    const service = renderOne('overlays/dev').find(
      ({ kind, metadata }) => kind === 'Service' && metadata.name === forward?.resourceName,
    );
    expect(service).toMatchObject({ spec: { ports: [{ port: forward?.port }] } });
    expect(forward?.localPort).toBe(8080);
  });
});

function at(value: unknown, path: string): unknown {
  return path
    .split('/')
    .slice(1)
    .reduce((inner: unknown, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}
