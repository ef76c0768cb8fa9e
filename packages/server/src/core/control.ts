import type { Bus } from '../bus/bus.ts';
import type { Frame } from '../bus/frame.ts';

/** The bus topic on which nodes tell each other what concerns connections rather than conversations. */
export const CONTROL_TOPIC = 'control';

/**
 * `user-disabled`: every node ends the person's connections. `sessions-ended`: those of sessions of before this
 * generation. A lost one is made good by each node's own sweep.
 */
export type ControlMessage =
  | { type: 'user-disabled'; userId: string }
  | { type: 'sessions-ended'; userId: string; generation: number };

/** Tells every node, this one too. */
export function tellNodes(bus: Pick<Bus, 'publish'>, message: ControlMessage): void {
  bus.publish(CONTROL_TOPIC, encodeControl(message));
}

export function encodeControl({ type, ...said }: ControlMessage): Frame {
  return { seq: null, type, body: JSON.stringify(said) };
}

/** What a frame on {@link CONTROL_TOPIC} says; undefined for one of a newer node that this one does not know. */
export function parseControl({ type, body }: Frame): ControlMessage | undefined {
  if (type !== 'user-disabled' && type !== 'sessions-ended') return undefined;
  const { userId, generation } = JSON.parse(body) as { userId?: unknown; generation?: unknown };
  if (typeof userId !== 'string') return undefined;
  if (type === 'user-disabled') return { type, userId };
  return typeof generation === 'number' ? { type, userId, generation } : undefined;
}
