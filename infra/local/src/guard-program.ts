// Ends a system as soon as a process that it belongs to is gone: node guard-program.ts <folder> <identity>…
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { endOrphans, readChildren } from './children.ts';
import type { Identity } from './process-identity.ts';
import { isStill } from './process-identity.ts';

const [folder = '', ...identities] = process.argv.slice(2);
const file = join(folder, 'children.json');
const owners = identities.map((text) => JSON.parse(text) as Identity);

while (existsSync(folder) && owners.every(isStill)) await wait(250);
const runner = readChildren(file)?.runner;
// The process that forked the runner is gone, and with it the use of its results.
if (runner && isStill(runner)) process.kill(runner.pid, 'SIGKILL');
while (runner && isStill(runner)) await wait(50);
await endOrphans(file);
