import { newId } from '@ticketing/common';
import { eventually } from '@ticketing/common/testing';
import { closeAll, inMs, ownRedis, timers } from '../test/fixtures.ts';

afterEach(closeAll);

describe('a timer', () => {
  it('fires once, at its time and not before', async () => {
    const { timer, fired } = timers();
    const [orderId, expiresAt] = [newId(), inMs(700)];
    await timer.set(orderId, expiresAt);

    await eventually(() => fired.length > 0);

    expect(fired).toEqual([{ orderId, expiresAt, at: expect.any(Number) }]);
    expect(fired[0]?.at).toBeGreaterThanOrEqual(expiresAt.getTime());
    expect(fired[0]?.at).toBeLessThan(expiresAt.getTime() + 2_000);
  });

  it('fires at once when its time is already over', async () => {
    const { timer, fired } = timers();
    await timer.set(newId(), inMs(-60_000));

    await eventually(() => fired.length === 1);
  });

  it('is a single timer, however often it is set', async () => {
    const { timer, fired, redis, name } = timers();
    const [orderId, expiresAt] = [newId(), inMs(500)];
    await Promise.all(Array.from({ length: 20 }, () => timer.set(orderId, expiresAt)));
    const last = newId();
    await timer.set(last, inMs(900));

    await eventually(() => fired.some((entry) => entry.orderId === last));

    expect(fired.map((entry) => entry.orderId)).toEqual([orderId, last]);
    await eventually(async () => (await redis.keys(`bull:${name}:${orderId}*`)).length === 0);
  });

  it('never fires after it is removed', async () => {
    const { timer, fired, redis, name } = timers();
    const [stopped, other] = [newId(), newId()];
    await timer.set(stopped, inMs(400));
    await timer.set(other, inMs(600));
    await timer.remove(stopped);
    await timer.remove(stopped);
    await timer.remove(newId());

    await eventually(() => fired.length > 0);

    expect(fired.map(({ orderId }) => orderId)).toEqual([other]);
    expect(await redis.zcard(`bull:${name}:delayed`)).toBe(0);
  });

  it('is set and removed by one command each', async () => {
    const { timer, redis, name } = timers();
    const [first, orderId] = [newId(), newId()];
    const sent = jest.spyOn(redis, 'sendCommand');
    const commandsAbout = (id: string) =>
      sent.mock.calls.flatMap(([command]) => (command.args.join(' ').includes(id) ? [command.name] : []));
    await timer.set(first, inMs(60_000));
    await timer.remove(first); // Redis knows the scripts now

    await timer.set(orderId, inMs(60_000));
    await timer.remove(orderId);

    expect(commandsAbout(orderId)).toEqual(['evalsha', 'evalsha']);
    expect(await redis.keys(`bull:${name}:${orderId}*`)).toEqual([]);
  });

  it('fires again until fire resolves', async () => {
    let failures = 2;
    const { timer, fired } = timers({
      fire: () =>
        failures-- > 0 ? Promise.reject(new Error('the broker is unavailable')) : Promise.resolve(),
    });
    const orderId = newId();
    await timer.set(orderId, inMs(0));

    await eventually(() => fired.length > 0);

    expect(failures).toBe(-1);
    expect(fired.map((entry) => entry.orderId)).toEqual([orderId]);
  });

  it('can be removed while it fires', async () => {
    let fireCalled: () => void = () => undefined;
    const firing = new Promise<void>((resolve) => (fireCalled = resolve));
    let finish: () => void = () => undefined;
    const { timer, fired } = timers({
      fire: () => {
        fireCalled();
        return new Promise((resolve) => (finish = resolve));
      },
    });
    const orderId = newId();
    await timer.set(orderId, inMs(0));
    await firing;

    await timer.remove(orderId);
    finish();

    await eventually(() => fired.length === 1);
  });

  it('fires in exactly one replica', async () => {
    const one = timers();
    const two = timers({ name: one.name });
    const orderIds = Array.from({ length: 60 }, () => newId());
    await Promise.all(orderIds.map((orderId, n) => (n % 2 ? one : two).timer.set(orderId, inMs(300))));

    await eventually(() => one.fired.length + two.fired.length >= orderIds.length);

    const all = [...one.fired, ...two.fired].map(({ orderId }) => orderId);
    expect(all.sort()).toEqual(orderIds.sort());
  });

  it('waits for a firing timer when it pauses, and fires nothing afterwards', async () => {
    let finish: () => void = () => undefined;
    let firings = 0;
    const { timer, fired } = timers({
      fire: () => {
        firings += 1;
        return new Promise((resolve) => (finish = resolve));
      },
    });
    await timer.set(newId(), inMs(0));
    await eventually(() => firings === 1);

    let isPaused = false;
    const pausing = timer.pause().then(() => (isPaused = true));
    await timer.set(newId(), inMs(0));
    expect(isPaused).toBe(false);
    finish();
    await pausing;

    expect(fired).toHaveLength(1);
    expect(firings).toBe(1);
  });
});

describe('timers while Redis fails', () => {
  it('wait for a Redis that is not up yet', async () => {
    const server = await ownRedis();
    const { timer, fired } = timers({ server });
    await expect(timer.set(newId(), inMs(0))).rejects.toThrow();

    await server.start();
    const orderId = newId();
    await eventually(() =>
      timer.set(orderId, inMs(100)).then(
        () => true,
        () => false,
      ),
    );

    await eventually(() => fired.some((entry) => entry.orderId === orderId));
  });

  it('all fire after Redis was killed, those due during the outage late', async () => {
    const server = await ownRedis();
    await server.start();
    const { timer, fired } = timers({ server });
    const orderIds = Array.from({ length: 100 }, () => newId());
    await Promise.all(orderIds.map((orderId, n) => timer.set(orderId, inMs(400 + 25 * n))));
    await eventually(() => fired.length > 5);

    await server.kill();
    await expect(timer.set(newId(), inMs(0))).rejects.toThrow();
    await server.start();

    await eventually(() => new Set(fired.map(({ orderId }) => orderId)).size === 100);
  });

  it('close without waiting for Redis', async () => {
    const server = await ownRedis();
    await server.start();
    const { timer, redis } = timers({ server });
    await timer.set(newId(), inMs(60_000));
    await server.kill();

    const start = Date.now();
    await timer.pause();
    await timer.close();
    redis.disconnect();

    expect(Date.now() - start).toBeLessThan(8_000);
  });
});
