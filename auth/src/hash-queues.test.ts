import { HashQueues } from './hash-queues.ts';

const caller = (address = '192.0.2.1', isAnswered = () => false) => ({ address, isAnswered });

/** Queues whose only slot is taken until `release` is called, and a job that records that it ran. */
function aBusyQueue(limit = 10) {
  const queues = new HashQueues({ concurrency: 1, limit });
  let release = (): void => undefined;
  const slot = new Promise<void>((resolve) => {
    release = resolve;
  });
  const ran: string[] = [];
  const blocked = queues.run('sign-up', caller(), () => slot);
  const job = (name: string) => async () => {
    ran.push(name);
  };
  return { queues, ran, job, blocked, release };
}

const codeOf = (job: Promise<unknown>) =>
  job.then(
    () => 'ok',
    (error: { code?: string }) => error.code,
  );

describe('HashQueues', () => {
  it('settles like the job, and runs the next one after a failure', async () => {
    const queues = new HashQueues({ concurrency: 1, limit: 10 });
    const failed = queues.run('sign-in', caller(), () => Promise.reject(new Error('broken')));
    const next = queues.run('sign-in', caller(), () => Promise.resolve(5));

    await expect(failed).rejects.toThrow('broken');
    expect(await next).toBe(5);
  });

  it('runs as many jobs at once as it may', async () => {
    const queues = new HashQueues({ concurrency: 2, limit: 10 });
    let [running, most] = [0, 0];
    const job = async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
    };
    await Promise.all(Array.from({ length: 6 }, () => queues.run('sign-in', caller(), job)));

    expect(most).toBe(2);
  });

  it('gives each kind its turn', async () => {
    const { queues, ran, job, release } = aBusyQueue();
    const kinds = ['sign-up', 'sign-up', 'sign-up', 'sign-in', 'password-change'] as const;
    const jobs = kinds.map((kind, n) => queues.run(kind, caller(), job(`${kind} ${n}`)));

    release();
    await Promise.all(jobs);

    expect(ran).toEqual(['sign-in 3', 'password-change 4', 'sign-up 0', 'sign-up 1', 'sign-up 2']);
  });

  it('gives each network of one kind its turn', async () => {
    const { queues, ran, job, release } = aBusyQueue();
    const addresses = ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2'];
    const jobs = addresses.map((address, n) =>
      queues.run('sign-in', caller(address), job(`${address} ${n}`)),
    );

    release();
    await Promise.all(jobs);

    expect(ran).toEqual(['192.0.2.1 0', '192.0.2.2 3', '192.0.2.1 1', '192.0.2.1 2']);
  });

  it('rejects with overloaded when the queue of the kind is full, while other kinds and networks get in', async () => {
    const { queues, job, release } = aBusyQueue(2);
    const flood = Array.from({ length: 5 }, () => codeOf(queues.run('sign-up', caller(), job('flood'))));
    const [signIn, visitor] = [
      codeOf(queues.run('sign-in', caller(), job('sign-in'))),
      codeOf(queues.run('sign-up', caller('192.0.2.2'), job('visitor'))),
    ];

    release();

    expect(await Promise.all(flood)).toEqual(['ok', 'overloaded', 'overloaded', 'overloaded', 'overloaded']);
    expect(await Promise.all([signIn, visitor])).toEqual(['ok', 'ok']);
  });

  it('drops a job whose request was answered before it starts', async () => {
    const { queues, ran, job, release } = aBusyQueue();
    let answered = false;
    const dropped = codeOf(
      queues.run(
        'sign-up',
        caller('192.0.2.1', () => answered),
        job('dropped'),
      ),
    );
    const kept = codeOf(queues.run('sign-up', caller(), job('kept')));

    answered = true;
    release();

    expect(await Promise.all([dropped, kept])).toEqual(['request_aborted', 'ok']);
    expect(ran).toEqual(['kept']);
    expect(queues.waiting).toBe(0);
  });

  it('drops the jobs whose requests were answered to make place in a full queue', async () => {
    const { queues, ran, job, release } = aBusyQueue(2);
    let answered = false;
    const gone = [1, 2].map((n) =>
      codeOf(
        queues.run(
          'sign-up',
          caller('192.0.2.1', () => answered),
          job(`gone ${n}`),
        ),
      ),
    );
    answered = true;
    const kept = [1, 2].map((n) => codeOf(queues.run('sign-up', caller(), job(`kept ${n}`))));

    expect(await Promise.all(gone)).toEqual(['request_aborted', 'request_aborted']);
    release();
    expect(await Promise.all(kept)).toEqual(['ok', 'ok']);
    expect(ran).toEqual(['kept 1', 'kept 2']);
  });
});
