import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

import { describe, expect, it } from 'vitest';

import { systemClock } from '../core/clock.ts';
import { Refusal } from '../core/refusal.ts';
import { Connections } from './connections.ts';
import { EDGE_LIMITS } from './edge-limits.ts';
import { StreamConnection } from './stream-connection.ts';

describe('the connections of a server that stops', () => {
  it('end with its refusal, the event streams that come late too', () => {
    const connections = new Connections({ perUser: 2 });
    const [early, late] = [stream(), stream()];
    early.stream(connections);
    expect(early.signal.aborted).toBe(false);
    const refusal = new Refusal('unavailable');
    connections.endStreams(refusal, (end) => end());
    late.stream(connections);
    expect([early.signal.reason, late.signal.reason]).toEqual([refusal, refusal]);
  });
});

/** A request of someone who has signed in. */
function stream(): StreamConnection {
  const connection = new StreamConnection({
    id: 'r',
    ip: '127.0.0.1',
    response: new ServerResponse(new IncomingMessage(new Socket())),
    limits: EDGE_LIMITS,
    clock: systemClock,
  });
  connection.settle({
    caller: { id: 'ana', username: 'ana', avatar: null },
    expiresAt: new Date(Date.now() + 60_000),
    generation: 0,
  });
  return connection;
}
