import { Command, CommanderError } from 'commander';

import { addAccount } from './commands/account.ts';
import { addLive } from './commands/live.ts';
import { addMembers } from './commands/members.ts';
import { addMessages } from './commands/messages.ts';
import { addOffers } from './commands/offers.ts';
import { addPeople } from './commands/people.ts';
import { addTalks } from './commands/talks.ts';
import { EXIT, UsageError } from './failure.ts';
import { talkByHand } from './interactive/talk-by-hand.ts';
import { Output } from './output.ts';
import { createSetting, type CommonOptions, type Setting } from './setting.ts';

/** Gives a command its setting; asked when the command runs, after the options are known. */
export type SettingOf = () => Setting;

const HELP = `
Without a command it asks who you are and lets you talk by hand; lines from a pipe are taken as if typed.

A talk goes by its id, the last characters of it, or the username of the other person. Put -- before a text that
begins with a dash. For scripts: pnpm --silent talk --json …, one JSON value a line on standard output, an error as
{"error":{"reason",…}} on standard error. Exit codes: 0 done, 1 refused, 2 wrong usage.`;

/** Runs one command. Returns the exit code; every error has been told. */
export async function run(args: readonly string[]): Promise<number> {
  const program = new Command('pnpm talk');
  const output = new Output(args.slice(0, endOfOptions(args)).includes('--json'));
  let exitCode: number = EXIT.ok;
  const setting = () => createSetting(program.opts<CommonOptions>(), output);
  program
    .description('Talk to people and agree on offers, from a terminal.')
    .option('--url <url>', 'the server (PARLEY_URL; default: that of the session, or http://localhost:3000)')
    .option('--session <file>', 'where the session is kept (PARLEY_SESSION)')
    .option('--json', 'write JSON for programs, one value a line')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .helpCommand(true)
    .allowExcessArguments()
    .action(async () => {
      const [name] = program.args;
      if (name !== undefined) throw new UsageError(`there is no command ${name}; --help shows them all`);
      exitCode = await talkByHand(setting());
    });
  for (const add of [addAccount, addPeople, addTalks, addMembers, addMessages, addOffers, addLive])
    add(program, setting);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help was asked for, and given.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    return output.fail(error);
  }
}

function endOfOptions(args: readonly string[]): number {
  const end = args.indexOf('--');
  return end === -1 ? args.length : end;
}
