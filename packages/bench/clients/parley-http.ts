// Parley over HTTP, by the stock tRPC client.
import type { Session } from '@parley/contract';
import type { AppRouter } from '@parley/server/api';
import { createTRPCClient, httpLink, retryLink } from '@trpc/client';
import superjson from 'superjson';

const PASSWORD = 'correct horse battery';
const RETRY_MS = 100;
const RETRY_MAX_MS = 2_000;

/** What is refused for the time being is asked for again, a subscription from where it was. */
export class Retries {
  count = 0;

  link() {
    return retryLink<AppRouter>({
      retry: ({ error }) => {
        const retry = error.data?.retryable === true;
        if (retry) this.count += 1;
        return retry;
      },
      retryDelayMs: (attempt) => Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** attempt) * (0.5 + Math.random() / 2),
    });
  }
}

export function httpTo(url: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return httpLink({ url: `${url}/trpc`, transformer: superjson, headers });
}

export function signUp(url: string, username: string): Promise<Session> {
  const client = createTRPCClient<AppRouter>({ links: [httpTo(url)] });
  return client.auth.register.mutate({ email: `${username}@parley.test`, username, password: PASSWORD });
}
