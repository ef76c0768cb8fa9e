import { createParleyClient, type ParleyClient } from '@parley/client';
import { WebSocket } from 'ws';

import { UsageError } from './failure.ts';
import type { Output } from './output.ts';
import { SessionFile, sessionPath } from './session-file.ts';
import { SessionKeeper } from './session-keeper.ts';

/** Options that every command takes. */
export interface CommonOptions {
  url?: string | undefined;
  session?: string | undefined;
  json?: boolean | undefined;
}

/** Where a command runs: against which server, in whose name, and how it shows what it has found. */
export interface Setting {
  readonly url: string;
  readonly output: Output;
  readonly sessions: SessionKeeper;
  /** From `PARLEY_TOKEN`, in place of a session: for servers whose tokens are issued elsewhere. */
  readonly token: string | undefined;
}

const DEFAULT_URL = 'http://localhost:3000';
const REFRESH_WITHIN_MS = 10_000;

/**
 * The server is that of `--url`, of `PARLEY_URL`, of the kept session, or the one on this machine.
 *
 * @throws UsageError when the address is none
 */
export function createSetting(options: CommonOptions, output: Output): Setting {
  const { env } = process;
  const file = new SessionFile(sessionPath(options.session, env));
  const url = serverUrl(options.url || env['PARLEY_URL'] || file.read()?.url || DEFAULT_URL);
  const refresh = (refreshToken: string) => {
    const signal = AbortSignal.timeout(REFRESH_WITHIN_MS);
    return openClient(url, () => null).trpc.auth.refresh.mutate({ refreshToken }, { signal });
  };
  const sessions = new SessionKeeper({ file, url, refresh });
  return { url, output, sessions, token: env['PARLEY_TOKEN'] || undefined };
}

/** Holds nothing open before the first call, nor after one that goes over HTTP. */
export function openClient(url: string, getAccessToken: () => Promise<string | null> | null): ParleyClient {
  return createParleyClient({ url, WebSocket, getAccessToken });
}

function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^(http|ws)s?:$/.test(url.protocol)) {
    throw new UsageError(`${text} is no address of a server, such as https://chat.example.com`);
  }
  if (url.username !== '' || url.password !== '')
    throw new UsageError('Credentials do not belong in an address');
  return `${url.protocol}//${url.host}${url.pathname}`.replace(/\/+$/, '');
}
