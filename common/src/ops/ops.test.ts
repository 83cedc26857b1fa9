import { newId } from '../store/mongo.ts';
import type { Facts } from '../timeline/facts.ts';
import { parseOpsArgs, printTimeline, readFacts } from './ops.ts';

const id = newId();
const printed: string[] = [];
const errors: string[] = [];
const output = {
  print: (line: string) => void printed.push(line),
  printError: (line: string) => void errors.push(line),
};

beforeEach(() => {
  printed.length = 0;
  errors.length = 0;
});

describe('parseOpsArgs', () => {
  it.each([
    [['order', id], { isFacts: false, subject: { kind: 'order', id }, json: false }],
    [['payment', 'pi_1', '--json'], { isFacts: false, subject: { kind: 'payment', id: 'pi_1' }, json: true }],
    [['user', id, '--kubernetes', 'shop'], { subject: { kind: 'user', id }, kubernetes: 'shop' }],
  ])('reads %j', (args, expected) => {
    expect(parseOpsArgs(args, output)).toMatchObject(expected);
  });

  it('reads facts in an image only', () => {
    const args = ['facts', 'ticket', id];

    expect(parseOpsArgs(args, { ...output, inImage: true })).toMatchObject({
      isFacts: true,
      subject: { kind: 'ticket', id },
    });
    expect(parseOpsArgs(args, output)).toBe(2);
  });

  it.each([
    [[], 'No command given.'],
    [['ordr', id], 'Unknown command: ordr'],
    [['order'], 'order requires an id.'],
    [['order', id, id], 'order takes one id.'],
    [['order', 'pi_1'], 'pi_1 is not an id: 24 hexadecimal digits are.'],
    [['order', id, '--jsn'], "Unknown option '--jsn'"],
  ])('refuses %j with status 2 and the usage', (args, problem) => {
    expect(parseOpsArgs(args, output)).toBe(2);
    expect(errors.join()).toContain(problem);
    expect(errors.join()).toContain('Usage: npm run ops');
  });

  it('prints the usage of --help with status 0', () => {
    expect(parseOpsArgs(['--help'], output)).toBe(0);
    expect(printed.join()).toContain('Usage: npm run ops');
  });
});

describe('printTimeline', () => {
  const facts: Facts = { service: 'auth', readAt: new Date().toISOString(), moments: [], problems: [] };
  const user = { id, version: 0, status: 'may sell' };
  const subject = { kind: 'user', id } as const;

  it('returns 1 and names the id when no service knows it', () => {
    expect(printTimeline({ subject, json: false }, [facts], output)).toBe(1);
    expect(errors).toEqual([`No user ${id} was found.`]);
  });

  it.each([
    ['0 for a consistent one', {}, 0],
    ['1 when a part could not be read', { problems: ['auth: no'] }, 1],
    [
      '3 for an inconsistent one',
      { deadLetters: [{ id: 'a:1', at: facts.readAt, type: 'a', eventId: '', error: 'no' }] },
      3,
    ],
  ])('returns %s', (_, changes, status) => {
    const known = [{ ...facts, users: [user], ...changes }];

    expect(printTimeline({ subject, json: true }, known, output)).toBe(status);
    expect(JSON.parse(printed.join())).toMatchObject({ subject, states: [{ id }] });
  });
});

describe('readFacts', () => {
  it('finds the facts among the lines of logs', () => {
    const facts: Facts = { service: 'auth', readAt: '', moments: [], problems: [] };
    const lines = ['{"level":30,"msg":"request"}', JSON.stringify(facts), '{"cut', 'no JSON'];

    expect(readFacts(lines.join('\n'))).toEqual([facts]);
  });
});
