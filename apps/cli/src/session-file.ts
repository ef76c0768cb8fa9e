/**
 * The session of the last login, kept for the next command: readable by its owner alone, and never shown to another
 * server than the one that gave it.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import type { StoredSession } from '@parley/client';

import { Refused } from './failure.ts';

/** A session, and the server that it is for. */
export interface KeptSession {
  url: string;
  session: StoredSession;
}

/** `--session`, `PARLEY_SESSION`, or `parley/session.json` in the XDG state directory. */
export function sessionPath(given: string | undefined, env: NodeJS.ProcessEnv): string {
  const named = given ?? env['PARLEY_SESSION'];
  // A script of a workspace may run elsewhere than where it was called from.
  if (named) return resolve(env['INIT_CWD'] ?? '', named);
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'parley', 'session.json');
}

export class SessionFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * A file that holds no session counts as none: the next login replaces it.
   *
   * @throws Refused `session_unreadable` when the file may not be read
   */
  read(): KeptSession | undefined {
    try {
      const kept: unknown = JSON.parse(readFileSync(this.path, 'utf8'));
      return isKept(kept) ? kept : undefined;
    } catch (error) {
      const code = codeOf(error);
      if (error instanceof SyntaxError || code === 'ENOENT') return undefined;
      throw new Refused('session_unreadable', `The session in ${this.path} cannot be read (${code})`);
    }
  }

  /** In one step: whoever reads meanwhile sees the old session or the new one. */
  write(kept: KeptSession): void {
    const draft = `${this.path}.${randomUUID()}`;
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      writeFileSync(draft, `${JSON.stringify(kept, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
      this.#replaceBy(draft);
    } catch (error) {
      throw new Refused('session_not_kept', `The session cannot be kept in ${this.path} (${codeOf(error)})`);
    }
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }

  #replaceBy(draft: string): void {
    try {
      renameSync(draft, this.path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

function isKept(value: unknown): value is KeptSession {
  if (!isRecord(value) || typeof value['url'] !== 'string') return false;
  const { session } = value;
  if (!isRecord(session) || !isRecord(session['user'])) return false;
  const { accessToken, refreshToken, accessTokenExpiresAt, user } = session;
  return (
    [accessToken, refreshToken, user['id'], user['username']].every((text) => typeof text === 'string') &&
    typeof accessTokenExpiresAt === 'string' &&
    !Number.isNaN(Date.parse(accessTokenExpiresAt))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
