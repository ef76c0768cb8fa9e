import {
  createParleyClient,
  isParleyError,
  type AppRouter,
  type Id,
  type Message,
  type ParleyClientOptions,
} from '@parley/client';
import { QueryClient } from '@tanstack/react-query';
import type { TRPCClient } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';

/** Once per page: one client, one socket, one cache. */
export function openParley(options: ParleyClientOptions) {
  const client = createParleyClient(options);
  const retry = (failures: number, error: unknown) =>
    failures < 5 && isParleyError(error) && error.data.retryable;
  const queryClient = new QueryClient({
    defaultOptions: {
      // Events keep what is loaded up to date, also across a lost connection.
      queries: { retry, staleTime: Infinity, refetchOnReconnect: false },
      mutations: { retry },
    },
  });
  const trpc = createTRPCOptionsProxy<AppRouter>({
    // The package has the types of tRPC within it: TypeScript takes them for others than those of the adapter.
    client: client.trpc as unknown as TRPCClient<AppRouter>,
    queryClient,
  });

  /** Changes the loaded messages of a conversation, page by page; the first page has the newest. */
  function changeMessages(conversationId: Id, change: (items: Message[], page: number) => Message[]) {
    const queryKey = trpc.messages.list.infiniteQueryKey({ conversationId });
    const apply = () =>
      queryClient.setQueryData(
        queryKey,
        (loaded) =>
          loaded && {
            ...loaded,
            pages: loaded.pages.map((page, at) => ({ ...page, items: change(page.items, at) })),
          },
      );
    apply();
    // What is being loaded takes the place of what is there, and was perhaps read before this change.
    const query = queryClient.getQueryCache().find({ queryKey });
    if (query?.state.fetchStatus === 'fetching') query.promise?.then(apply, () => undefined);
  }

  return { client, queryClient, trpc, changeMessages };
}

export type Parley = ReturnType<typeof openParley>;

/** The newest page with one more message, unless it is there: an answer and an event tell of the same one. */
export const withMessage = (message: Message) => (items: Message[], page: number) =>
  page > 0 || items.some(({ id }) => id === message.id) ? items : [message, ...items];
