// Keeps the shell, so that the app opens without a network, from the first visit on: its page, and every asset of the
// build that the page is of. The talks themselves are not kept here. Assets are named after their content and never change.
const SHELL = 'parley-shell-1';
/** More assets than one build has; the oldest go first. */
const ASSETS = 60;
/** What is named after its content is the same for whoever asks. */
const FOR_ANYONE = { ignoreVary: true };

self.addEventListener('install', (event) => {
  event.waitUntil(
    fetch('/')
      .then((answer) => keepPage(answer))
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
  else if (request.mode === 'navigate' && isPage(pathname)) event.respondWith(page(event));
});

/** The app's own pages; the documents of the API are not among them. */
function isPage(pathname) {
  return pathname === '/' || pathname.startsWith('/talks/');
}

async function page(event) {
  try {
    const answer = await fetch(event.request);
    if (answer.ok) event.waitUntil(keepPage(answer.clone()));
    return answer;
  } catch (error) {
    const kept = await caches.match('/');
    if (kept === undefined) throw error;
    return kept;
  }
}

/** A page that is another one than before is kept once all of its assets are. */
async function keepPage(answer) {
  const cache = await caches.open(SHELL);
  const kept = await cache.match('/');
  if (kept !== undefined && (await kept.text()) === (await answer.clone().text())) return;
  const build = await (await fetch('/asset-manifest.json')).json();
  const files = Object.values(build).flatMap(({ file, css = [], assets = [] }) => [file, ...css, ...assets]);
  for (const address of new Set(files.map((file) => `/${file}`))) {
    if ((await cache.match(address, FOR_ANYONE)) === undefined) await cache.add(address);
  }
  await cache.put('/', answer);
}

async function asset(request) {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(request, FOR_ANYONE);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const old = (await cache.keys()).filter(({ url }) => url.includes('/assets/')).slice(0, -ASSETS);
    await Promise.all(old.map((one) => cache.delete(one)));
  }
  return answer;
}
