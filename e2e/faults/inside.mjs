// Loaded into the programs before they start (NODE_OPTIONS=--import): what no fault from outside can do. A file named
// clock-<client id> puts this process's clock wrong by so many milliseconds; one named crash-<client id> has it end
// itself at that point (CRASH_AT), once.
import { appendFileSync, readFileSync, rmSync } from 'node:fs';

const { FAULTS_FOLDER: folder, NATS_CLIENT_ID: name } = process.env;

function told(file) {
  try {
    return readFileSync(`${folder}/${file}-${name}`, 'utf8');
  } catch {
    return undefined;
  }
}

if (folder && name) {
  const point = told('crash');
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
  let wrongBy = Number(told('clock') ?? 0);
  Date.now = () => now() + wrongBy;
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [target.now()] : args, newTarget),
  });
  setInterval(() => (wrongBy = Number(told('clock') ?? 0)), 250).unref();
}
