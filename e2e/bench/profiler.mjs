import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';

/** Loaded into a service before its own code, because NODE_OPTIONS rejects --cpu-prof. Writes the profile on exit. */
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.start');

process.on('exit', () => {
  const folder = process.env['PROFILE_FOLDER'] ?? '.';
  session.post('Profiler.stop', (error, { profile }) => {
    if (error) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${process.pid}.cpuprofile`), JSON.stringify(profile));
  });
});
