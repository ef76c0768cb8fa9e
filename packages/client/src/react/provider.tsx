import { createContext, useContext, type ReactElement, type ReactNode } from 'react';

import type { ParleyClient } from '../client.ts';

const Context = createContext<ParleyClient | null>(null);

export interface ParleyProviderProps {
  /** Made by `createParleyClient`, outside of the components or in a state of one: it is not closed here. */
  readonly client: ParleyClient;
  readonly children?: ReactNode;
}

/**
 * Gives the hooks below it their client.
 *
 * @example
 * const client = createParleyClient({ url: 'https://chat.example.com' });
 *
 * export function App() {
 *   return (
 *     <ParleyProvider client={client}>
 *       <Talks />
 *     </ParleyProvider>
 *   );
 * }
 */
export function ParleyProvider({ client, children }: ParleyProviderProps): ReactElement {
  return <Context.Provider value={client}>{children}</Context.Provider>;
}

/**
 * The client, for what no hook is made for, such as `client.trpc`.
 *
 * @throws Error where there is no `ParleyProvider` above
 * @example
 * const client = useParley();
 * const search = (query: string) => client.trpc.users.search.query({ query });
 */
export function useParley(): ParleyClient {
  const client = useContext(Context);
  if (client === null) throw new Error('There is no <ParleyProvider> above this component');
  return client;
}
