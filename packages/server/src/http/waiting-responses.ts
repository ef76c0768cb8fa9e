/**
 * Responses that wait for those before them on one connection, of a peer who asks again before it is answered. Node gives
 * such a one no socket, and does not close it when the connection goes: whatever is held until then would be held for good.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const waiting = new WeakMap<Socket, Set<ServerResponse>>();

/** Closes a response with its connection, also while it waits. As soon as it is there. */
export function closeWithConnection(response: ServerResponse, connection: Socket): void {
  if (response.socket !== null) return;
  const responses = waiting.get(connection) ?? watch(connection);
  responses.add(response);
  response.once('close', () => responses.delete(response));
}

function watch(connection: Socket): Set<ServerResponse> {
  const responses = new Set<ServerResponse>();
  waiting.set(connection, responses);
  connection.once('close', () => {
    for (const response of responses) {
      // Node closes the one whose turn it was.
      if (response.socket !== null) continue;
      response.destroy();
      response.emit('close');
    }
  });
  return responses;
}
