import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import * as contract from './schemas.ts';

/** Everything that crosses the wire, in a form that two runs agree on. */
function wire(): unknown {
  const schemas = Object.entries(contract).flatMap(([name, value]) =>
    value instanceof z.ZodType ? [[name, shape(value, 'input'), shape(value, 'output')]] : [],
  );
  const events = (catalogue: Record<string, { durable: boolean; payload: z.ZodType }>) =>
    Object.entries(catalogue).map(([type, { durable, payload }]) => [
      type,
      durable,
      shape(payload, 'output'),
    ]);
  return {
    schemas: schemas.toSorted(byName),
    room: events(contract.ROOM_EVENTS).toSorted(byName),
    inbox: events(contract.INBOX_EVENTS).toSorted(byName),
    reasons: Object.entries(contract.REASONS)
      .map(([name, { code, retryable }]) => [name, code, retryable])
      .toSorted(byName),
  };
}

const byName = (a: unknown[], b: unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1);

function shape(schema: z.ZodType, io: 'input' | 'output'): unknown {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    // JSON has no dates; the wire does (superjson).
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'date') jsonSchema.type = 'date' as never;
    },
  });
}

describe('the protocol version', () => {
  it('is raised when what crosses the wire changes', () => {
    const hash = createHash('sha256').update(JSON.stringify(wire())).digest('hex').slice(0, 16);
    expect(
      hash,
      `What crosses the wire has changed. Once released: raise PROTOCOL_VERSION. Then set PROTOCOL_HASH to '${hash}' (version.ts).`,
    ).toBe(contract.PROTOCOL_HASH);
  });

  it('covers every schema and both catalogues', () => {
    expect(JSON.stringify(wire())).toEqual(expect.stringContaining('["SendMessage",{'));
    expect(JSON.stringify(wire())).toEqual(expect.stringContaining('["offer-accepted",true,{'));
    expect(JSON.stringify(wire())).toEqual(expect.stringContaining('"createdAt":{"type":"date"}'));
    expect(JSON.stringify(wire())).toEqual(
      expect.stringContaining('["rate_limited","TOO_MANY_REQUESTS",true]'),
    );
  });
});
