import { INBOX_EVENTS, ROOM_EVENTS } from '@parley/contract/schemas';
import fc from 'fast-check';
import superjson from 'superjson';
import { describe, expect, it } from 'vitest';

import { almost, valuesOf } from '../core/testing/schema-values.ts';
import { trackedText } from './tracked-text.ts';

interface Told {
  type: string;
  payload: unknown;
}

const catalogue = [...Object.entries(ROOM_EVENTS), ...Object.entries(INBOX_EVENTS)];
const anyEvent = fc.oneof(
  ...catalogue.map(([type, { payload }]) =>
    valuesOf(payload).map((value): Told => ({ type, payload: value })),
  ),
);

/** What tRPC's adapter sends of `tracked(id, event)`, behind the id of the request. */
const stock = (id: string, event: Told): string =>
  JSON.stringify({ result: { type: 'data', data: superjson.serialize({ id, data: event }), id } }).slice(1);

/** As it is on its way: what superjson cannot write is lost before, and not all that it writes can it read. */
function arrived(event: Told): Told | undefined {
  try {
    return superjson.parse<Told>(superjson.stringify(event));
  } catch {
    return undefined;
  }
}

function told(event: Told): string {
  const { text, bytes } = trackedText('7', superjson.stringify(event));
  expect(bytes).toBe(Buffer.byteLength(text));
  return text;
}

describe('the text of a tracked event, made from the text of the event', () => {
  it("is tRPC's for every event of the catalogue", () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(told(event)).toBe(stock('7', event));
      }),
      { numRuns: 500 },
    );
  });

  it("is tRPC's for what no schema describes, as a host's own events", () => {
    fc.assert(
      fc.property(anyEvent.chain(almost), (event) => {
        const sent = arrived(event);
        fc.pre(sent !== undefined);
        expect(told(sent)).toBe(stock('7', sent));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['names its own fields as superjson does', { a: 1, meta: { values: { x: ['Date'] }, v: 1 } }],
    ['says in words what superjson says', { text: '"},"meta":{"values":{"text":["Date"]},"v":1}}' }],
    ['has its annotations below one', new Map([['a', { at: new Date(0) }]])],
    ['has names with dots in them', { 'a.b': { 'c.': new Date(0) }, meta: { d: new Date(1) } }],
    ['has nothing', undefined],
    ['is a date', new Date(0)],
    ['says and annotates what is not ASCII', { für: { 'größer 🙂': new Date(0) }, text: 'あ' }],
  ])("is tRPC's where the payload %s", (_, payload) => {
    const event = { type: 'noticed', payload };
    expect(told(event)).toBe(stock('7', event));
  });

  it("is tRPC's where one thing is there twice", () => {
    const at = new Date(0);
    const event = { type: 'noticed', payload: { a: at, b: { c: at, d: [at] } } };
    expect(told(event)).toBe(stock('7', event));
  });
});
