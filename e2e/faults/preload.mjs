// Loaded into the programs before their own code (NODE_OPTIONS=--import), for the faults that need code inside the
// process. A file named clock-<client id> shifts the clock of this process by that many milliseconds; one named
// crash-<client id> makes the process kill itself at that crash point (CRASH_AT), once.
import { appendFileSync, readFileSync, rmSync } from 'node:fs';

const { FAULTS_FOLDER: folder, NATS_CLIENT_ID: name } = process.env;

function readControl(kind) {
  try {
    return readFileSync(`${folder}/${kind}-${name}`, 'utf8');
  } catch {
    return undefined;
  }
}

if (folder && name) {
  const point = readControl('crash');
  if (point) {
    rmSync(`${folder}/crash-${name}`);
    process.env.CRASH_AT = point;
    const kill = process.kill.bind(process);
    let isReached = false;
    process.kill = (pid, signal) => {
      if (pid === process.pid && signal === 'SIGKILL' && !isReached) {
        isReached = true;
        appendFileSync(`${folder}/crashed`, `${name} ${point}\n`);
      }
      return kill(pid, signal);
    };
  }

  const now = Date.now;
  let skewMs = Number(readControl('clock') ?? 0);
  Date.now = () => now() + skewMs;
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [target.now()] : args, newTarget),
  });
  setInterval(() => (skewMs = Number(readControl('clock') ?? 0)), 250).unref();
}
