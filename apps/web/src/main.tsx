import { createParleyClient } from '@parley/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app.tsx';
import { followOtherTabs, readSession, writeSession } from './session/stored-session.ts';

const client = createParleyClient({ session: readSession, onSessionChange: writeSession });
followOtherTabs(() => client.session.getSnapshot()?.user.id);

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root');
createRoot(root).render(
  <StrictMode>
    <App client={client} />
  </StrictMode>,
);
