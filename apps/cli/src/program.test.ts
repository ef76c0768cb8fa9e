import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { run } from './program.ts';

/** What was written while a command ran. */
let written: { stdout: string; stderr: string };
beforeEach(() => {
  written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
  }
});
afterEach(() => vi.restoreAllMocks());

describe('the command line', () => {
  it.each([
    ['', /goes with a command/],
    ['no-such-command', /there is no command no-such-command/],
    ['send', /missing required argument 'talk'/],
    ['send talk', /missing required argument 'text'/],
    ['send talk text --no-such-option', /unknown option '--no-such-option'/],
    ['login', /required option '--email/],
    ['offer talk --title x --terms y --amount 1.5', /Give a whole number/],
    ['offer talk --title x --terms y --expires soon', /Give a time such as 2h/],
    ['offers talk --status sold', /Allowed choices are pending/],
    ['watch talk --count 0', /Give 1 or more/],
    ['watch talk --seconds 0', /Give a number above 0/],
    ['read talk --up-to x', /Give a whole number/],
    ['typing talk perhaps', /on or off, not perhaps/],
    ['edit talk 1', /missing required argument 'text'/],
    ['react talk 1 👍 perhaps', /on or off, not perhaps/],
    ['add talk', /missing required argument 'user'/],
    ['role talk ben king', /Allowed choices are owner, admin, member/],
    ['talks --url ftp://parley.test', /is no address of a server/],
    ['talks --url http://ana:secret@parley.test', /Credentials do not belong/],
  ])('does not take %j', async (line, message) => {
    const args = line.split(' ').filter((word) => word !== '');
    expect(await run(['--json', ...args])).toBe(2);
    expect(written.stdout).toBe('');
    const { error } = JSON.parse(written.stderr) as { error: { reason: string; message: string } };
    expect(error.reason).toBe('usage');
    expect(error.message).toMatch(message);
  });

  it('explains itself', async () => {
    expect(await run(['--help'])).toBe(0);
    expect(written.stdout).toMatch(/^Usage: pnpm talk/);
    expect(written.stdout).toMatch(/Exit codes: 0 done, 1 refused, 2 wrong usage/);
    expect(written.stderr).toBe('');
  });

  it('tells people of an error in one line', async () => {
    expect(await run(['send'])).toBe(2);
    expect(written.stderr).toBe("usage: missing required argument 'talk'\n");
  });
});
