import type { Session } from '@parley/client';
import type { Command } from 'commander';

import { withClient } from '../connect.ts';
import { UsageError } from '../failure.ts';
import { plain } from '../plain.ts';
import type { SettingOf } from '../program.ts';
import { Prompt } from '../prompt.ts';
import { renderPerson } from '../render.ts';
import { openClient, type Setting } from '../setting.ts';
import { createView } from '../view.ts';

interface LoginOptions {
  email: string;
  password?: string;
}

interface RegisterOptions extends LoginOptions {
  username: string;
  displayName?: string;
}

const PASSWORD = ['--password <password>', 'asked for unless given; from a pipe: its first line'] as const;

export function addAccount(program: Command, settingOf: SettingOf): void {
  program
    .command('login')
    .description('sign in and keep the session for the next commands')
    .requiredOption('--email <email>')
    .option(...PASSWORD)
    .action(async ({ email, password }: LoginOptions) => {
      const setting = settingOf();
      const credentials = { email, password: password ?? (await askPassword()) };
      showSession(setting, await openClient(setting.url, () => null).trpc.auth.login.mutate(credentials));
    });
  program
    .command('register')
    .description('make an account and sign in')
    .requiredOption('--email <email>')
    .requiredOption('--username <username>')
    .option('--display-name <name>')
    .option(...PASSWORD)
    .action(async ({ password, ...account }: RegisterOptions) => {
      const setting = settingOf();
      const credentials = { ...account, password: password ?? (await askPassword()) };
      showSession(setting, await openClient(setting.url, () => null).trpc.auth.register.mutate(credentials));
    });
  program
    .command('logout')
    .description('end the session, here and on the server')
    .action(async () => {
      const { url, sessions, output } = settingOf();
      const token = await sessions.token();
      const { refreshToken } = sessions;
      // Here it ends also where the server cannot be reached.
      sessions.forget();
      if (token !== null && refreshToken !== undefined) {
        await openClient(url, () => Promise.resolve(token)).trpc.auth.logout.mutate({ refreshToken });
      }
      output.value({ success: true }, () => 'Signed out');
    });
  program
    .command('whoami')
    .description('who is signed in')
    .action(async () => {
      const setting = settingOf();
      await withClient(setting, async ({ trpc }) => {
        const me = await trpc.auth.me.query();
        const view = createView({ me: '', style: setting.output.style });
        setting.output.value(me, () => `${renderPerson(view, me)}  ${plain(me.email ?? '')}`.trimEnd());
      });
    });
}

/** Keeps a session. Its tokens are shown to nobody. */
function showSession({ sessions, output, url }: Setting, session: Session): void {
  sessions.keep(session);
  const { user, accessTokenExpiresAt } = session;
  output.value({ user, accessTokenExpiresAt, url }, () => `Signed in as ${plain(user.username)} at ${url}`);
}

async function askPassword(): Promise<string> {
  using prompt = new Prompt();
  const password = await prompt.ask('Password: ', { hidden: true });
  if (password === null) throw new UsageError('a password is needed');
  return password;
}
