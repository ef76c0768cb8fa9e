import { createParleyClient, localSession } from '@parley/client';
import { ParleyProvider } from '@parley/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app.tsx';
import { keepTalks, keptTalks } from './shell/kept-talks.ts';
import { lookAhead } from './shell/look-ahead.ts';
import { registerShell } from './shell/register-shell.ts';
import { startTheme } from './theme/theme.ts';

startTheme();
const client = createParleyClient({ ...localSession(), hydrate: keptTalks() });
keepTalks(client);
lookAhead(client);

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root');
createRoot(root).render(
  <StrictMode>
    <ParleyProvider client={client}>
      <App />
    </ParleyProvider>
  </StrictMode>,
);
registerShell();
