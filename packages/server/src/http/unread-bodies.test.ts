import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

import { LIMITS } from '@parley/contract/schemas';
import { describe, expect, it } from 'vitest';

import { oneDatabase } from '../core/testing/one-database.ts';
import { openEdge } from './testing/edge.ts';
import { heard, send } from './testing/wire.ts';

const database = oneDatabase();

describe('a body that is left unread', () => {
  const PIECE = 65_536;
  const MOST = 64 * 1_024 * 1_024;

  /** Goes on with a body after the answer, for as long as it is taken; returns how many bytes were. */
  async function pour(wire: Socket, piece: Buffer): Promise<number> {
    let bytes = 0;
    await pipeline(function* pieces() {
      for (; bytes < MOST; bytes += PIECE) yield piece;
    }, wire).catch(() => undefined);
    wire.destroy();
    return bytes;
  }

  it.each([
    ['POST /trpc/messages.send', undefined, 413],
    ['POST /trpc/messages.send', 'nonsense', 401],
    ['POST /trpc/messages.send', 'ana', 429],
    ['PUT /trpc/messages.send', undefined, 405],
    ['GET /trpc/auth.me', undefined, 401],
    ['PATCH /api/v1/auth/me', undefined, 405],
    ['GET /nope', undefined, 404],
    ['POST /trpc/%E0%A4%A', undefined, 400],
    ['GET /healthz', undefined, 200],
  ])('is not taken to its end: %s with the token %s', async (line, token, status) => {
    await using edge = await openEdge(database, { edgeLimits: { largeBodiesPerUser: 0 } });
    const ana = await edge.person('ana');
    const as = token === undefined ? {} : { token: token === 'ana' ? ana.token : token };
    const wire = send(edge, { line, ...as, headers: ['Content-Length: 2000000000'] });
    expect(await heard(wire)).toContain(`HTTP/1.1 ${status} `);
    expect(await pour(wire, Buffer.alloc(PIECE))).toBeLessThan(MOST);
  });

  it('is not taken to its end where it does not say how long it is', async () => {
    await using edge = await openEdge(database);
    const wire = send(edge, { line: 'PUT /trpc/auth.me', headers: ['Transfer-Encoding: chunked'] });
    expect(await heard(wire)).toMatch(/^HTTP\/1\.1 405 /);
    const piece = `${PIECE.toString(16)}\r\n${'x'.repeat(PIECE)}\r\n`;
    expect(await pour(wire, Buffer.from(piece))).toBeLessThan(MOST);
  });

  it('is taken up to 1 MiB, so that who still writes it hears the answer and may ask again', async () => {
    await using edge = await openEdge(database);
    const wire = send(edge, {
      line: 'POST /trpc/messages.send',
      headers: [`Content-Length: ${LIMITS.trpcBodyBytes}`],
    });
    expect(await heard(wire)).toMatch(/^HTTP\/1\.1 413 /);
    wire.write(Buffer.alloc(LIMITS.trpcBodyBytes));
    wire.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await heard(wire)).toMatch(/^HTTP\/1\.1 200 /);
    wire.destroy();
  });
});
