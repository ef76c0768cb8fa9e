/** What a page of this package is served from, whoever the page talks to: a bare host of files, as a site has one. */
import { createReadStream } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', html: 'text/html' };
/** What is preferred is first. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
];

/** Files as they are, and scripts compressed, as in production something before the server does it. */
export const hostOf =
  (directory: string): RequestListener =>
  ({ url = '/', headers }, response) => {
    const path = normalize(url === '/' ? '/index.html' : url);
    const taken = headers['accept-encoding'] ?? '';
    const encoding = path.endsWith('.js') ? ENCODINGS.find(({ name }) => taken.includes(name)) : undefined;
    if (encoding !== undefined) response.setHeader('content-encoding', encoding.name);
    response.setHeader(
      'content-type',
      TYPES[path.slice(-'.js'.length)] ?? TYPES[path.slice(-'html'.length)] ?? 'text/plain',
    );
    createReadStream(join(directory, `${path}${encoding?.suffix ?? ''}`))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  };
