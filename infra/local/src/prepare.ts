import { buildClient, buildLocalPrograms, buildServices } from './build.ts';
import { getServers } from './servers/get-servers.ts';
import { root } from './system.ts';
import { seconds } from './terminal.ts';

/** What every test run needs: the servers, and the programs built. */
export async function prepare({ client }: { client: boolean }): Promise<void> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const timed = async (name: string, work: Promise<unknown>) => {
    const started = Date.now();
    await work;
    say(`${name.padEnd(14)} ${seconds(Date.now() - started)}`);
  };
  try {
    await Promise.all([
      timed('servers', getServers(say)),
      timed('services built', buildServices(root)),
      buildLocalPrograms(root),
      client ? timed('client built', buildClient(root)) : undefined,
    ]);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
