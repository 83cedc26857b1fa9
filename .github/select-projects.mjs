// Changed files on standard input; says which Jest projects to run and which images to build, as a job's outputs.
import { readFileSync } from 'node:fs';
import serviceList from '../services.json' with { type: 'json' };

const services = Object.keys(serviceList);
const folders = { 'infra/stripe/': 'stripe', 'infra/local/': 'local', 'client/': 'client' };
const imageOf = { stripe: 'stripe-emulator' };

export function select(files) {
  const all = ['common', ...services, 'client', 'stripe', 'local'];
  // common, the lock file and what is configured at the root concern everybody.
  const concernsAll = files.some(
    (file) => file.startsWith('common/') || (!file.includes('/') && !file.endsWith('.md')),
  );
  const touched = new Set(concernsAll ? all : []);
  for (const file of files) {
    const [top = ''] = file.split('/');
    if (services.includes(top)) touched.add(top);
    for (const [folder, project] of Object.entries(folders))
      if (file.startsWith(folder)) touched.add(project);
  }
  const projects = all.filter((project) => touched.has(project));
  const dockerChanged = files.some((file) => file.startsWith('infra/docker/'));
  const programs = [...services, 'client', 'stripe'];
  const images = programs
    .filter((program) => dockerChanged || touched.has(program))
    .map((program) => imageOf[program] ?? program);
  return { projects, images };
}

if (process.argv[1] === import.meta.filename) {
  const selected = select(readFileSync(0, 'utf8').split('\n').filter(Boolean));
  for (const [name, value] of Object.entries(selected)) console.log(`${name}=${JSON.stringify(value)}`);
}
