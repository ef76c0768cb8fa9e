import type { ParleyClient, User } from '@parley/client';
import { createContext, use } from 'react';

interface SignedIn {
  client: ParleyClient;
  me: User;
}

const ClientContext = createContext<SignedIn | null>(null);

export const ClientProvider = ClientContext.Provider;

/** The client, and who is signed in. */
export function useParley(): SignedIn {
  const value = use(ClientContext);
  if (value === null) throw new Error('Nobody is signed in here');
  return value;
}
