import cookieSession from 'cookie-session';
import type { Logger, Outbox, Revocations } from '@ticketing/common';
import { cookieOptions, serviceApp, sessionReader, withFastPath } from '@ticketing/common';
import type { Config } from './config.ts';
import type { PasswordChecker } from './password-checker.ts';
import { changePassword } from './routes/change-password.ts';
import { prepareCurrentUser, showCurrentUser } from './routes/show-current-user.ts';
import { signIn } from './routes/sign-in.ts';
import { signOut } from './routes/sign-out.ts';
import { signOutEverywhere } from './routes/sign-out-everywhere.ts';
import { signUp } from './routes/sign-up.ts';
import { requireHttps } from './session-cookie.ts';

export type Dependencies = {
  config: Pick<Config, 'trustProxy' | 'publicOrigins' | 'publicKeys' | 'signingKey' | 'cookieSecure'>;
  log: Logger;
  outbox: Outbox;
  revocations: Pick<Revocations, 'isRevoked'>;
  checker: PasswordChecker;
};

export function createApp({ config, log, outbox, revocations, checker }: Dependencies) {
  const { signingKey } = config;
  const secure = requireHttps(config.cookieSecure);
  const readSession = sessionReader(config.publicKeys, revocations);
  const app = serviceApp({ config, readSession, log }, (app) => {
    app.use(cookieSession(cookieOptions(config.cookieSecure)));
    app.post('/api/users/signup', secure, signUp(checker, signingKey));
    app.post('/api/users/signin', secure, signIn(checker, signingKey));
    app.post('/api/users/signout', signOut(outbox));
    app.post('/api/users/signout-everywhere', signOutEverywhere(outbox));
    app.get('/api/users/currentuser', showCurrentUser(signingKey));
    app.put('/api/users/password', secure, changePassword(checker, signingKey, outbox));
  });
  return withFastPath(app, (req) => prepareCurrentUser(req, readSession));
}
