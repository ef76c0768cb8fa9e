import type { Frame } from '../bus/frame.ts';

/** The bus topic on which nodes tell each other what concerns connections rather than conversations. */
export const CONTROL_TOPIC = 'control';

/** `user-disabled`: every node ends the person's connections. A lost one is made good by each node's own sweep. */
export interface ControlMessage {
  type: 'user-disabled';
  userId: string;
}

export function encodeControl({ type, userId }: ControlMessage): Frame {
  return { seq: null, type, body: JSON.stringify({ userId }) };
}

/** What a frame on {@link CONTROL_TOPIC} says; undefined for one of a newer node that this one does not know. */
export function parseControl({ type, body }: Frame): ControlMessage | undefined {
  if (type !== 'user-disabled') return undefined;
  const { userId } = JSON.parse(body) as { userId?: unknown };
  return typeof userId === 'string' ? { type, userId } : undefined;
}
