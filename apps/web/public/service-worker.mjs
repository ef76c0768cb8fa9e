// Keeps the shell, so that the app opens without a network: its page, and the assets that the page has asked for once.
// The talks themselves are not kept: they come from the server. Assets are named after their content and never change.
const SHELL = 'parley-shell-1';
/** More assets than one build has; the oldest go first. */
const ASSETS = 60;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.add('/'))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (pathname.startsWith('/assets/')) event.respondWith(asset(request));
  else if (request.mode === 'navigate' && isPage(pathname)) event.respondWith(page(request));
});

/** The app's own pages; the documents of the API are not among them. */
function isPage(pathname) {
  return pathname === '/' || pathname.startsWith('/talks/');
}

async function page(request) {
  const cache = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put('/', answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match('/');
    if (kept === undefined) throw error;
    return kept;
  }
}

async function asset(request) {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const old = (await cache.keys()).filter(({ url }) => url.includes('/assets/')).slice(0, -ASSETS);
    await Promise.all(old.map((one) => cache.delete(one)));
  }
  return answer;
}
