import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BUILD_IMAGE, run, RUNTIME_IMAGE } from './stand-ins.ts';

export const root = resolve(import.meta.dirname, '../../..');

/** The folder of the program in each image. */
export const programs = {
  auth: 'auth',
  tickets: 'tickets',
  orders: 'orders',
  payments: 'payments',
  expiration: 'expiration',
  client: 'client',
  'stripe-emulator': 'infra/stripe',
} as const;
export type ProgramName = keyof typeof programs;

export const imageOf = (name: ProgramName) => `localhost/ticketing/${name}`;

/** Builds an image with buildah on the substitute base images. Returns its id, which depends only on the content. */
export function buildImage(
  name: ProgramName,
  options: { context?: string; target?: string; tag?: string } = {},
): string {
  const { context = root, target, tag = imageOf(name) } = options;
  const dockerfile = `infra/docker/${name === 'client' ? 'client' : 'service'}.Dockerfile`;
  const folder = mkdtempSync(join(tmpdir(), 'build-'));
  const idFile = join(folder, 'id');
  try {
    run(
      'buildah',
      [
        'bud',
        '--layers',
        '--timestamp=0',
        '--isolation=chroot',
        '--network=host',
        '--ulimit=nofile=20000:20000', // npm opens a file of its cache for each package at once
        ...npmSettings(folder),
        ...(name === 'client' ? [] : [`--build-arg=SERVICE=${programs[name]}`]),
        `--build-arg=BUILD_IMAGE=${BUILD_IMAGE}`,
        `--build-arg=RUNTIME_IMAGE=${RUNTIME_IMAGE}`,
        ...(target ? [`--target=${target}`] : []),
        `--file=${join(context, dockerfile)}`,
        `--ignorefile=${join(context, `${dockerfile}.dockerignore`)}`,
        `--iidfile=${idFile}`,
        `--tag=${tag}`,
        context,
      ],
      { cwd: context },
    );
    return run('cat', [idFile]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Mounts the npm settings of this machine into the build: registry, certificate authorities and cache. */
function npmSettings(folder: string): string[] {
  const authorities = run('npm', ['config', 'get', 'cafile']).replace(/^null$/, '');
  const settings = [`registry=${run('npm', ['config', 'get', 'registry'])}`, 'prefer-offline=true'];
  if (authorities) settings.push('cafile=/run/authorities.pem');
  writeFileSync(join(folder, 'npmrc'), `${settings.join('\n')}\n`);
  return [
    `--volume=${join(folder, 'npmrc')}:/usr/local/etc/npmrc:ro`,
    `--volume=${join(homedir(), '.npm')}:/root/.npm`,
    ...(authorities ? [`--volume=${authorities}:/run/authorities.pem:ro`] : []),
  ];
}
