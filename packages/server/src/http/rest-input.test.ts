import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { restInput } from './rest-input.ts';
import type { RestRow } from './rest-table.ts';

const row = (method: RestRow['method'], path: RestRow['path']): RestRow => ({
  method,
  path,
  procedure: 'some.procedure',
  status: 200,
  summary: '',
});
const request = { params: {}, query: {}, body: undefined };
const fieldsOf = (schema: unknown) => Object.keys((schema as z.ZodObject | undefined)?.shape ?? {});

describe('the input of a REST call', () => {
  const Talk = z.object({
    conversationId: z.string(),
    limit: z.int().default(50),
    note: z.string().optional(),
  });

  it('is split into path and query for a GET, into path and body otherwise', () => {
    const get = restInput(row('GET', '/talks/{id}'), Talk);
    expect([get.params, get.query, get.body].map(fieldsOf)).toEqual([['id'], ['limit', 'note'], []]);
    const post = restInput(row('POST', '/talks/{id}'), Talk);
    expect([post.params, post.query, post.body].map(fieldsOf)).toEqual([['id'], [], ['limit', 'note']]);
    const none = restInput(row('GET', '/me'), undefined);
    expect([none.params, none.query, none.body]).toEqual([undefined, undefined, undefined]);
  });

  it('is split through refinements, defaults and unions', () => {
    const refined = Talk.refine(() => true).prefault({ conversationId: '' });
    expect(fieldsOf(restInput(row('GET', '/talks/{id}'), refined).query)).toEqual(['limit', 'note']);
    const union = z.discriminatedUnion('kind', [
      z.object({ conversationId: z.string(), kind: z.literal('a') }),
      z.object({ conversationId: z.string(), kind: z.literal('b'), more: z.string() }),
    ]);
    const { body, params } = restInput(row('PATCH', '/talks/{id}'), union);
    expect(fieldsOf(params)).toEqual(['id']);
    expect((body as z.ZodUnion<z.ZodObject[]>).options.map(fieldsOf)).toEqual([['kind'], ['kind', 'more']]);
  });

  it('takes from the path what the path names, whatever the body says', () => {
    const { read } = restInput(row('POST', '/talks/{id}'), Talk);
    const body = { conversationId: 'another', limit: 1 };
    expect(read({ ...request, params: { id: 'one' }, body })).toEqual({ conversationId: 'one', limit: 1 });
    expect(read({ ...request, params: { id: 'one' } })).toEqual({ conversationId: 'one' });
  });

  it.each([[null], [['a']], ['text'], [5]])('leaves a body that is no object to be refused: %j', (body) => {
    const { read } = restInput(row('POST', '/talks/{id}'), Talk);
    expect(read({ ...request, params: { id: 'one' }, body })).toEqual(body);
  });

  it('reads a query by what its fields are', () => {
    const Query = z.object({
      count: z.int().max(9).optional(),
      amount: z.number().nullable(),
      isOn: z.boolean().default(false),
      ids: z.array(z.string()),
      numbers: z.array(z.int()),
      text: z.string(),
      at: z.union([z.date(), z.iso.datetime()]).transform((value) => new Date(value)),
      mail: z.email().transform((value) => value.toLowerCase()),
    });
    const { read } = restInput(row('GET', '/things'), Query);
    const query = {
      count: '7',
      amount: '-1.5',
      isOn: 'true',
      ids: ['a,b', 'c'],
      numbers: '1,2',
      text: '12',
      at: '2030-01-01T00:00:00Z',
      mail: 'A@b.c',
    };
    const values = { count: 7, amount: -1.5, isOn: true, ids: ['a', 'b', 'c'], numbers: [1, 2] };
    expect(read({ ...request, query })).toEqual({ ...query, ...values });
  });

  it.each<Record<string, unknown>>([
    { count: 'many' },
    { count: '' },
    { count: '0x1' },
    { count: ['1', '2'] },
    { isOn: 'yes' },
    { constructor: '1' },
    { unknown: '1' },
  ])('leaves what fits no field as it is: %j', (query) => {
    const Query = z.object({ count: z.int().optional(), isOn: z.boolean().optional() });
    expect(restInput(row('GET', '/things'), Query).read({ ...request, query })).toEqual(query);
  });

  it('is of another place when the path names more than the input, and the output differs', () => {
    const { isWithin, params } = restInput(
      row('GET', '/talks/{id}/offers/{offerId}'),
      z.object({ offerId: z.string() }),
    );
    expect(fieldsOf(params)).toEqual(['id', 'offerId']);
    const asked = { ...request, params: { id: 'one', offerId: 'x' } };
    expect(isWithin({ conversationId: 'one' }, asked)).toBe(true);
    expect(isWithin({ conversationId: 'another' }, asked)).toBe(false);
  });

  it('must have every parameter of the path, where something is changed', () => {
    expect(() => restInput(row('PATCH', '/talks/{id}'), z.object({ offerId: z.string() }))).toThrow(
      'some.procedure does not take conversationId of /talks/{id}',
    );
    expect(() => restInput(row('POST', '/things'), z.string())).toThrow(
      'an input of type string has no fields',
    );
  });
});
