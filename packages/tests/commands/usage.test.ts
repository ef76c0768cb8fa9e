// `pnpm chaos`, `pnpm bench` and `pnpm talk` as they are started, where they have nothing to do but to explain themselves.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const TSX = createRequire(import.meta.url).resolve('tsx');
const MAINS = {
  chaos: '../chaos/main.ts',
  bench: '../../bench/main.ts',
  talk: '../../../apps/cli/src/main.ts',
};

async function start(command: keyof typeof MAINS, ...args: string[]) {
  const main = fileURLToPath(new URL(MAINS[command], import.meta.url));
  const child = spawn(process.execPath, ['--import', TSX, main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await exitCode, stdout, stderr };
}

describe('a command of this repository', () => {
  it.each([
    ['chaos', ['--minutes', '--seconds', '--seed', '--nodes', '--embedded', '--history', 'PostgreSQL']],
    ['bench', ['jitter', '--clients', '--people', '--broadcasts', '--rate', '--seed', '--quick', '--out']],
  ] as const)('explains itself: %s', async (command, words) => {
    const { exitCode, stdout, stderr } = await start(command, '--help');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^usage: pnpm ${command} `));
    for (const word of words) expect(stdout).toContain(word);
  });

  it('explains itself: talk', async () => {
    const { exitCode, stdout, stderr } = await start('talk', '--help');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: pnpm talk /);
  });

  it.each([
    ['chaos', '--minuets 1', "Unknown option '--minuets'"],
    ['chaos', '--seconds', "Option '--seconds <value>' argument missing"],
    ['chaos', '--seconds 0', '--seconds takes a number above 0'],
    ['chaos', '--seconds 1 --minutes 1', 'give --minutes or --seconds, not both'],
    ['chaos', '--nodes 10', '--nodes takes 1 to 9'],
    ['chaos', '--seed x', '--seed takes a whole number'],
    ['bench', '--quik', "Unknown option '--quik'"],
    ['bench', 'jiter', 'there is no scenario jiter'],
    ['bench', '--clients 0', '--clients takes a whole number, 1 or more'],
  ] as const)('names what is wrong in a line: %s %s', async (command, args, mistake) => {
    expect(await start(command, ...args.split(' '))).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `${mistake}; pnpm ${command} --help shows what there is\n`,
    });
  });
});
