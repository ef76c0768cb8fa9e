import { describe, expect, it } from 'vitest';

import { EmitterBus } from '../bus/emitter-bus.ts';
import { decodeFrame, encodeFrame, ORIGIN_LENGTH } from '../bus/wire.ts';
import { EventFrame } from './event-frame.ts';
import { encodeEvent } from './event.ts';

/** An event of no known type, so that the whole payload is read to encode it. */
function watched() {
  let reads = 0;
  const payload = {
    get content() {
      reads += 1;
      return 'hello';
    },
  };
  return { event: { type: 'parcel', payload }, reads: () => reads };
}

describe('EventFrame', () => {
  it('has the event as text', () => {
    const event = { type: 'parcel', payload: { at: new Date(0), of: 'apples' } };
    expect(new EventFrame(3, event)).toMatchObject({ seq: 3, type: 'parcel', ...encodeEvent(event) });
  });

  it('comes to other nodes whole', () => {
    const event = { type: 'parcel', payload: { at: new Date(0) } };
    const text = encodeFrame('0'.repeat(ORIGIN_LENGTH), new EventFrame(3, event));
    expect(decodeFrame(text)).toEqual({ seq: 3, type: 'parcel', ...encodeEvent(event) });
  });

  it('is encoded once, whoever hears it, and not where nobody does', async () => {
    const bus = new EmitterBus((error) => {
      throw error;
    });
    const { event, reads } = watched();
    bus.publish('c:1', new EventFrame(1, event));
    expect(reads()).toBe(0);

    const bodies: string[] = [];
    for (let listener = 0; listener < 2; listener += 1)
      await bus.subscribe('c:1', ({ body }) => bodies.push(body));
    bus.publish('c:1', new EventFrame(2, event));
    await Promise.resolve();
    const whenHeard = reads();
    const { body } = encodeEvent(event);
    expect(bodies).toEqual([body, body]);
    expect(whenHeard).toBe(reads() - whenHeard);
  });
});
