import cookieSession from 'cookie-session';
import type { Limiter, ServiceContext, SessionReader } from '@ticketing/common';
import { addOperatorRoutes, cookieOptions, operatorsOnly, serviceApp, withFastPath } from '@ticketing/common';
import type { Config } from './config.ts';
import type { Devices } from './devices.ts';
import { createEmailCache } from './email-cache.ts';
import { readFacts } from './facts.ts';
import type { PasswordChecker } from './password-checker.ts';
import { findAccounts, showAccount } from './routes/admin/accounts.ts';
import { listAudit } from './routes/admin/list-audit.ts';
import { restoreAccount, restoreSelling, suspendAccount } from './routes/admin/suspension.ts';
import { changePassword } from './routes/change-password.ts';
import { prepareCurrentUser, showCurrentUser } from './routes/show-current-user.ts';
import { showSelling } from './routes/show-selling.ts';
import { signIn } from './routes/sign-in.ts';
import { signOut } from './routes/sign-out.ts';
import { signOutEverywhere } from './routes/sign-out-everywhere.ts';
import { signUp } from './routes/sign-up.ts';
import { securityLog } from './security-log.ts';
import { requireHttps } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';

export type Dependencies = {
  config: Pick<Config, 'trustProxy' | 'publicOrigins' | 'cookieSecure' | 'maxSellerRefunds' | 'rates'>;
  limiter: Limiter;
  context: Pick<ServiceContext, 'source' | 'bus' | 'deadLetters' | 'log'>;
  sessions: Sessions;
  readSession: SessionReader;
  checker: PasswordChecker;
  devices: Pick<Devices, 'middleware'>;
  /** The function that `networkIds` returns. */
  networkId: (address: string) => string;
  /** The function that `emailHashes` returns. */
  hashEmail: (email: string) => string;
};

export function createApp({
  config,
  limiter,
  context,
  sessions,
  readSession,
  checker,
  devices,
  networkId,
  hashEmail,
}: Dependencies) {
  const { log } = context;
  const security = securityLog(log, hashEmail);
  const secure = requireHttps(config.cookieSecure);
  const emails = createEmailCache();
  const app = serviceApp({ config, readSession, log }, (app) => {
    app.use(devices.middleware);
    app.use(cookieSession(cookieOptions(config.cookieSecure)));
    const signUps = limiter('sign_ups', config.rates.signUps);
    app.post('/api/users/signup', secure, signUps, signUp(checker, sessions, networkId, security));
    app.post('/api/users/signin', secure, signIn(checker, sessions, security));
    app.post('/api/users/signout', signOut(sessions, security));
    app.post('/api/users/signout-everywhere', signOutEverywhere(sessions, security));
    app.get('/api/users/currentuser', showCurrentUser(sessions, emails));
    app.get('/api/users/selling', showSelling(config.maxSellerRefunds));
    app.put('/api/users/password', secure, changePassword(checker, sessions, security));
    const operators = operatorsOnly(limiter);
    const admin = { sessions, log, maxSellerRefunds: config.maxSellerRefunds };
    app.get('/api/users/admin/audit', operators, listAudit());
    app.get('/api/users/admin/accounts', operators, findAccounts(admin));
    app.get('/api/users/admin/accounts/:id', operators, showAccount(admin));
    app.post('/api/users/admin/accounts/:id/suspend', operators, suspendAccount(admin));
    app.post('/api/users/admin/accounts/:id/restore', operators, restoreAccount(admin));
    app.post('/api/users/admin/accounts/:id/restore-selling', operators, restoreSelling(admin));
    addOperatorRoutes(app, '/api/users', { ...context, limiter, operators, readFacts });
  });
  return withFastPath(app, (req) => prepareCurrentUser(req, readSession, emails));
}
