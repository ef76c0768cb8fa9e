import { isParleyError, type Session } from '@parley/client';

import { nobodySignedIn, withClient } from '../connect.ts';
import { EXIT, UsageError } from '../failure.ts';
import { plain } from '../plain.ts';
import { Prompt } from '../prompt.ts';
import { openClient, type Setting } from '../setting.ts';
import { Desk } from './desk.ts';
import { obey, SLASH_COMMANDS } from './slash.ts';

const ATTEMPTS = 3;

/**
 * Lets a person talk by hand, or a pipe as if it were one, until there are no more lines. Returns the exit code: that of
 * a refusal where a line of a pipe was refused.
 */
export async function talkByHand(setting: Setting): Promise<number> {
  if (setting.output.isJson) throw new UsageError('--json goes with a command');
  using prompt = new Prompt({
    completions: [
      ...Object.entries(SLASH_COMMANDS).map(([name, { args }]) => (args === '' ? `/${name}` : `/${name} `)),
      '/quit',
    ],
    // What is sent comes back as a message.
    keeps: (line) => line.startsWith('/') && !line.startsWith('//'),
  });
  if (!(await isSignedIn(setting))) await signIn(setting, prompt);
  return await withClient(setting, async (connected) => {
    const { style } = setting.output;
    using desk = new Desk({ connected, prompt, style });
    prompt.print(
      `${style.bold('Parley')} ${style.dim(setting.url)}  ${style.green(plain(connected.me.username))}`,
    );
    await desk.showTalks();
    prompt.print(style.dim('/open N opens a talk, /help shows what else there is'));
    for (
      let line = await prompt.line();
      line !== null && line.trim() !== '/quit';
      line = await prompt.line()
    ) {
      try {
        await obey(desk, line);
      } catch (error) {
        desk.fail(error);
      }
    }
    if (connected.client.connection.state === 'unauthorised') return EXIT.refused;
    return desk.failures > 0 && !prompt.isTerminal ? EXIT.refused : EXIT.ok;
  });
}

async function isSignedIn({ sessions, token }: Setting): Promise<boolean> {
  return token !== undefined || (await sessions.token()) !== null;
}

/**
 * Asks for email and password; a person may try again.
 *
 * @throws Refused `unauthenticated` when there are no more answers; what the server says of the last attempt
 */
async function signIn({ url, sessions, output }: Setting, prompt: Prompt): Promise<void> {
  const { auth } = openClient(url, () => null).trpc;
  if (prompt.isTerminal)
    prompt.print(`Sign in at ${url}, or type ${output.style.bold('register')} to make an account.`);
  for (let left = prompt.isTerminal ? ATTEMPTS - 1 : 0; ; left -= 1) {
    try {
      const email = (await answer('Email: ')).trim();
      return sessions.keep(await (email === 'register' ? register() : login(email)));
    } catch (error) {
      if (left === 0 || !isParleyError(error)) throw error;
      output.fail(error);
    }
  }

  async function answer(question: string, hidden = false): Promise<string> {
    const text = await prompt.ask(question, { hidden });
    if (text === null) throw nobodySignedIn(url);
    return text;
  }

  async function login(email: string): Promise<Session> {
    return await auth.login.mutate({ email, password: await answer('Password: ', true) });
  }

  async function register(): Promise<Session> {
    const [email, username] = [await answer('Email: '), await answer('Username: ')];
    return await auth.register.mutate({ email, username, password: await answer('Password: ', true) });
  }
}
