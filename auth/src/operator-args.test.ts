import { parseAuditArgs, parseOperatorArgs, verifiedText } from './operator-args.ts';

const hash = 'ab'.repeat(32);

describe('the command line of operator', () => {
  it('takes all words after the address as the reason', () => {
    expect(parseOperatorArgs(['grant', 'ana@example.com', 'on', 'call'])).toEqual({
      command: 'grant',
      address: 'ana@example.com',
      reason: 'on call',
    });
    expect(parseOperatorArgs(['list'])).toEqual({ command: 'list' });
  });

  it.each([
    ['No command given.', []],
    ['Unknown command: grnt', ['grnt', 'ana@example.com', 'on call']],
    ['grant requires an e-mail address.', ['grant']],
    ['revoke requires a reason of at least 3 characters.', ['revoke', 'ana@example.com', ' no ']],
    ['list takes no argument.', ['list', 'all']],
  ])('is refused with "%s"', (problem, args) => {
    expect(parseOperatorArgs(args)).toEqual({ problem });
  });

  it('may be a request for help', () => {
    expect([parseOperatorArgs(['--help']), parseAuditArgs(['-h'])]).toEqual([{ help: true }, { help: true }]);
  });
});

describe('the command line of audit-log', () => {
  it('names entries that were written down', () => {
    expect(parseAuditArgs(['verify', `41:${hash}`])).toEqual({
      command: 'verify',
      known: [{ sequence: 41, hash }],
    });
  });

  it.each([
    ['No command given.', []],
    ['Unknown command: check', ['check']],
    ['list takes one id.', ['list', 'a', 'b']],
    ['41 is not <sequence>:<hash> with 64 hexadecimal digits.', ['verify', '41']],
  ])('is refused with "%s"', (problem, args) => {
    expect(parseAuditArgs(args)).toEqual({ problem });
  });
});

describe('the result of a verification', () => {
  it('counts the entries', () => {
    expect(verifiedText({ sequence: 1, hash })).toBe(`1 entry verified, the last one is 1:${hash}`);
    expect(verifiedText({ sequence: 2, hash })).toBe(`2 entries verified, the last one is 2:${hash}`);
    expect(verifiedText({ sequence: 0, hash })).toBe('The audit log has no entry.');
  });
});
