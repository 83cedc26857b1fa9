import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { freePort } from '../../infra/local/src/ports.ts';

const execute = promisify(execFile);
const program = process.env['KUBECTL'] ?? 'kubectl';

export type Cluster = {
  namespace: string;
  /** Runs kubectl in the shop's namespace and returns its output; rejects with `stderr`. */
  kubectl: (...args: string[]) => Promise<string>;
  /** Runs `kubectl apply` with these manifests. */
  apply: (manifests: string) => Promise<string>;
  names: (kind: string) => Promise<string[]>;
  secret: (name: string, key: string) => Promise<string>;
  rolledOut: (kind: string, name: string) => Promise<void>;
  /** Forwards a local port to each Service for as long as `use` takes. */
  forward: <T>(
    targets: { service: string; port: number }[],
    use: (ports: number[]) => Promise<T>,
  ) => Promise<T>;
};

/** The cluster in KUBECONFIG. */
export function openCluster(namespace: string): Cluster {
  const kubectl = async (...args: string[]) =>
    (await execute(program, ['--namespace', namespace, ...args], { maxBuffer: 2 ** 26 })).stdout.trim();

  async function forward<T>(
    targets: { service: string; port: number }[],
    use: (ports: number[]) => Promise<T>,
  ): Promise<T> {
    const children: ChildProcess[] = [];
    try {
      const ports = await Promise.all(
        targets.map(async ({ service, port }) => {
          const local = await freePort();
          const args = ['--namespace', namespace, 'port-forward', `service/${service}`, `${local}:${port}`];
          const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
          children.push(child);
          await new Promise<void>((resolve, reject) => {
            let stderr = '';
            child.stdout.once('data', () => resolve());
            child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
            child.once('exit', (code) =>
              reject(new Error(`port-forward to ${service} exited (${code}): ${stderr}`)),
            );
          });
          return local;
        }),
      );
      return await use(ports);
    } finally {
      for (const child of children) child.kill();
    }
  }

  return {
    namespace,
    kubectl,
    forward,
    apply: (manifests) =>
      new Promise((resolve, reject) => {
        const child = execFile(program, ['apply', '-f', '-'], (error, stdout, stderr) => {
          if (error) reject(new Error(`${error.message}\n${stderr}`));
          else resolve(stdout);
        });
        child.stdin?.end(manifests);
      }),
    names: async (kind) => {
      const list = await kubectl('get', kind, '-o', 'jsonpath={.items[*].metadata.name}');
      return list.split(' ').filter(Boolean);
    },
    secret: async (name, key) => {
      const encoded = await kubectl('get', 'secret', name, '-o', `jsonpath={.data.${key}}`);
      return Buffer.from(encoded, 'base64').toString();
    },
    rolledOut: async (kind, name) => {
      await kubectl('rollout', 'status', `${kind}/${name}`, '--timeout=300s');
    },
  };
}
