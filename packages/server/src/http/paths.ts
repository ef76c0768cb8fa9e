const OURS = ['/trpc', '/api/v1', '/healthz', '/readyz', '/metrics', '/uploads', '/files'];

/** Whether an address is the server's own rather than a page's, or a host application's. */
export const isOurs = (url: string): boolean => OURS.some((own) => isWithin(url, own));

/** Whether an address is of a path, or beneath it. */
export function isWithin(url: string, path: string): boolean {
  const asked = url.split(/[?#]/, 1)[0] ?? '';
  return asked === path || asked.startsWith(`${path}/`);
}
