/**
 * A document for React to draw in, and nothing else of a browser: the server is in the same process and needs the
 * globals of Node.js.
 */
import { Window } from 'happy-dom';

// tRPC takes the `fetch` of a window; that of happy-dom would ask for CORS.
const window = Object.assign(new Window(), { fetch: globalThis.fetch });
const globals = {
  window,
  document: window.document,
  MutationObserver: window.MutationObserver,
  // Node.js 21 and later have one.
  navigator: globalThis.navigator ?? window.navigator,
  // The server decides when something changes.
  IS_REACT_ACT_ENVIRONMENT: false,
};
for (const [name, value] of Object.entries(globals))
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

export const document = window.document as unknown as Document;
