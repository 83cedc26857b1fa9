import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The files of a server's certificate, named as cert-manager names the keys of its Secrets. */
export type Certificate = { caFile: string; certFile: string; keyFile: string; combinedFile: string };

export type Authority = {
  /** The certificate of the authority, as PEM. */
  ca: string;
  /** Creates a certificate for the names, such as `DNS:localhost`. */
  issue(...names: string[]): Certificate;
  remove(): void;
};

/** A certificate authority of its own, with openssl, in a temporary folder. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'ticketing-ca-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = (name: string) => [
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-keyout', `${name}.key`, '-subj', `/CN=${name}`],
  ];
  openssl('req', '-x509', ...newKey('ca'), '-days', '2', '-out', 'ca.crt');
  let issued = 0;
  return {
    ca: readFileSync(join(folder, 'ca.crt'), 'utf8'),
    issue(...names) {
      issued += 1;
      const name = `server-${issued}`;
      const file = (ending: string) => join(folder, `${name}.${ending}`);
      writeFileSync(file('ext'), `subjectAltName=${names.join(',')}\n`);
      openssl('req', '-new', ...newKey(name), '-out', `${name}.csr`);
      const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
      openssl(
        ...['x509', '-req', '-in', `${name}.csr`, ...authority, '-days', '2'],
        ...['-extfile', `${name}.ext`, '-out', `${name}.crt`],
      );
      writeFileSync(file('pem'), readFileSync(file('key'), 'utf8') + readFileSync(file('crt'), 'utf8'), {
        mode: 0o600,
      });
      return {
        caFile: join(folder, 'ca.crt'),
        certFile: file('crt'),
        keyFile: file('key'),
        combinedFile: file('pem'),
      };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
