import { describe, expect, it } from 'vitest';

import type { CallId, Frame, Outlet } from '../core/connection.ts';
import type { AnyEvent } from '../core/event.ts';
import { LiveEvent } from './live-event.ts';
import { KEPT_FRAMES, Outgoing } from './outgoing.ts';

const event: AnyEvent = {
  type: 'typing',
  payload: { conversationId: 'talk', userId: 'ana', username: 'ana', isTyping: true },
};

function outgoing(told = event) {
  const made: string[] = [];
  const outlet: Outlet = {
    frame(text, bytes = NaN): Frame {
      made.push(text);
      return { text, bytes };
    },
    write: () => true,
  };
  const one = new Outgoing(LiveEvent.of(told), { seq: null, head: 7 });
  return { made, frameFor: (id: CallId) => one.frameFor(id, outlet) };
}

describe('an event on its way to many readers', () => {
  it('is framed once for all who have the same request id', () => {
    const { made, frameFor } = outgoing();
    const ids = [1, 2, 1, '1', 2, 1, '1'];
    const frames = ids.map(frameFor);
    expect(made.map((text) => text.slice(0, 9))).toEqual(['{"id":1,"', '{"id":2,"', '{"id":"1"']);
    expect(frames.map(({ text }) => JSON.parse(text) as { id: CallId }).map(({ id }) => id)).toEqual(ids);
    expect(new Set(frames).size).toBe(3);
  });

  it('is as long as it says, whatever is in it and in what superjson annotates', () => {
    const payload = { für: { 'größer 🙂': new Date(0) }, text: 'あ' };
    const { frameFor } = outgoing({ type: 'noticed', payload } as unknown as AnyEvent);
    for (const id of [1, 'é']) {
      const { text, bytes } = frameFor(id);
      expect(text).toContain('"data.payload.für.größer 🙂":["Date"]');
      expect(bytes).toBe(Buffer.byteLength(text));
    }
  });

  it('has frames kept for so many ids, and is framed anew for the others', () => {
    const { made, frameFor } = outgoing();
    const ids = Array.from({ length: KEPT_FRAMES + 1 }, (_, id) => id);
    for (const id of [...ids, ...ids]) frameFor(id);
    expect(made).toHaveLength(KEPT_FRAMES + 2);
  });
});
