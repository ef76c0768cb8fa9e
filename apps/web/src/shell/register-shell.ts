/** Makes the app installable, and lets it open without a network. In development files change too fast for that. */
export function registerShell(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  addEventListener('load', () => {
    // Without it the app works all the same: where pages have no TLS, or in a private window.
    navigator.serviceWorker.register('/service-worker.mjs').catch(() => undefined);
  });
}
