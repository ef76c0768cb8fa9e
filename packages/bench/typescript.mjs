// Runs TypeScript as it is built: unlike tsx, it leaves functions as they are. tsx gives each closure a name of its own,
// which a process that is measured would pay for, and what comes from node_modules would not.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
