/**
 * What a browser is told of each answer. Pages take everything from this server, but for pictures, and run and style
 * themselves with nothing that is written into the page; answers that are no pages may do nothing at all.
 */
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

import { isOurs, isWithin } from './paths.ts';

/** Of JSON and text: should a browser show one as a page, it is inert. */
const INERT = policyOf({
  'default-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
});

/** Of the browsable reference, whose pages come from a package: it writes styles into them. */
const REFERENCE = policyOf({
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
});

/** What the web app does not use, and so nothing that gets into it does. Browsers complain of names they do not know. */
const PERMISSIONS = [
  ...['accelerometer', 'browsing-topics', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'hid'],
  ...['magnetometer', 'microphone', 'midi', 'payment', 'serial', 'usb', 'xr-spatial-tracking'],
]
  .map((feature) => `${feature}=()`)
  .join(', ');

/** Sets the headers of every answer. */
export async function secure(app: FastifyInstance, { reference }: { reference: string }): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: { maxAge: 15_552_000, includeSubDomains: false },
  });
  app.addHook('onRequest', ({ url, headers }, reply, done) => {
    const ofServer = isWithin(url, reference) ? REFERENCE : INERT;
    // A worker is bound by the policy of its own file, so files of the app have the one of its pages.
    const policy = isOurs(url) ? ofServer : pagePolicy(headers.host);
    void reply.headers({ 'content-security-policy': policy, 'permissions-policy': PERMISSIONS });
    done();
  });
}

/**
 * What a page of the web app may do.
 *
 * @param host as the browser named it: not every browser takes a WebSocket to the same host for 'self'
 */
function pagePolicy(host: string | undefined): string {
  const sockets = host !== undefined && /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : '';
  return policyOf({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' https:",
    'font-src': "'self'",
    'connect-src': `'self'${sockets}`,
    'manifest-src': "'self'",
    'worker-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
  });
}

function policyOf(directives: Readonly<Record<string, string>>): string {
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');
}
