import { readConfig } from './config.ts';
import { hasExpired } from './security-txt.ts';

try {
  const { securityContact } = readConfig();
  if (securityContact && hasExpired(securityContact, new Date()))
    process.stderr.write('SECURITY_EXPIRES is past, so /.well-known/security.txt is not served\n');
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
