import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './ports.ts';
import { root } from './system.ts';

/** Makes the choice of ports the same in every process. */
const countUp = () => {
  let count = 0;
  return () => (count++ % 1_000) / 1_000;
};

describe('freePort', () => {
  it('returns no port of another running process, although nothing listens on it yet', async () => {
    const program = `
      Math.random = (${String(countUp)})();
      const { freePort } = await import('./infra/local/src/ports.ts');
      console.log(await freePort());
      process.stdin.resume();`;
    const other = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(other.stdout, 'data')) as [Buffer];
    jest.spyOn(Math, 'random').mockImplementation(countUp());
    const port = await freePort();
    other.kill();

    expect(port).not.toBe(Number(line));
  });

  it('returns a different port for each call', async () => {
    const ports = await Promise.all(Array.from({ length: 100 }, freePort));

    expect(new Set(ports).size).toBe(100);
  });
});
