import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { debugOnSignal } from './logger.ts';
import { recordingLog } from './testing.ts';

const errorOf = (error: Error) => {
  const { log, lines } = recordingLog();
  log.error({ err: error }, 'failed');
  return lines[0]?.['err'];
};

describe('the logger', () => {
  it('logs type, message, stack, code and causes of an error, and nothing else that a library attached to it', () => {
    const cause = new Error('connection reset');
    const error = Object.assign(new TypeError('not stored', { cause }), {
      code: 11000,
      keyValue: { email: 'ada@example.com' },
      raw: { payment_intent: { client_secret: 'pi_1_secret_2' } },
    });

    expect(errorOf(error)).toEqual({
      type: 'TypeError',
      message: 'not stored: connection reset',
      stack: expect.stringMatching(/^TypeError: not stored\n[^]*caused by: Error: connection reset/),
      code: 11000,
    });
  });

  it.each([
    ['dup key: { email: "ada+1@mail.example.com" }', 'dup key: { email: "***@***" }'],
    [
      'no server at mongodb://root:p4ss-w0rd@mongo-srv:27017/auth',
      'no server at mongodb://***@mongo-srv:27017/auth',
    ],
    ['No such token: tok_visa; pi_3N_secret_x7', 'No such token: ***; pi_3N***'],
    ['no one at ada@bücher.example', 'no one at ***@***'],
  ])(
    'masks addresses, passwords and tokens in the message and the stack of an error: %s',
    (message, masked) => {
      const logged = errorOf(new Error(message)) as { message: string; stack: string };

      expect(logged.message).toBe(masked);
      expect(logged.stack).toContain(masked);
      expect(logged.stack).not.toContain(message);
    },
  );
});

describe('createLogger', () => {
  it('has written each line when it returns, so that a killed process loses none', () => {
    const program = `
      const { createLogger } = await import('${join(__dirname, 'logger.ts')}');
      const log = createLogger('notes', 'info');
      for (let line = 1; line <= 100; line++) log.info({ line }, 'written');
      process.kill(process.pid, 'SIGKILL');
    `;
    const args = ['--import=tsx', '--conditions=source', '--input-type=module', '-e', program];
    const { stdout, signal } = spawnSync(process.execPath, args, { encoding: 'utf8' });

    expect(signal).toBe('SIGKILL');
    expect(stdout.split('\n')).toHaveLength(101);
  });
});

describe('SIGUSR2', () => {
  const signal = () => process.emit('SIGUSR2', 'SIGUSR2');
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    jest.useRealTimers();
    process.removeAllListeners('SIGUSR2');
  });

  it('raises the level to debug for 15 minutes', () => {
    const { log, lines } = recordingLog('info');
    debugOnSignal(log);

    log.debug('before');
    signal();
    log.debug('during');
    jest.advanceTimersByTime(15 * 60_000);
    log.debug('after');

    expect(lines.map(({ msg }) => msg)).toEqual(['log level raised', 'during', 'log level set back']);
  });

  it('sets the level back when it comes again', () => {
    const { log } = recordingLog('warn');
    debugOnSignal(log);

    signal();
    expect(log.level).toBe('debug');
    signal();
    expect(log.level).toBe('warn');
    signal();
    expect(log.level).toBe('debug');
  });

  it('changes nothing where the level is debug or lower anyway', () => {
    const { log } = recordingLog('trace');
    debugOnSignal(log);

    signal();

    expect(log.level).toBe('trace');
  });
});
