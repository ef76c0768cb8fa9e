import type { ParleyClient } from '@parley/client';

import { Home } from './home.tsx';
import { ClientProvider } from './session/client-context.ts';
import { SignIn } from './session/sign-in.tsx';
import { useSession } from './session/use-session.ts';

export function App({ client }: { client: ParleyClient }) {
  const me = useSession(client)?.user;
  if (me === undefined) return <SignIn client={client} />;
  return (
    <ClientProvider value={{ client, me }}>
      <Home key={me.id} />
    </ClientProvider>
  );
}
