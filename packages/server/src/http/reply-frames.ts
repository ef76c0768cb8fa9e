/**
 * Replies as frames. Those that many sockets are sent at about the same time are made once: clients count their requests,
 * so most have the same few ids, and those who open a room together are greeted alike.
 */
import type { CallId } from '../core/connection.ts';
import { encodeEvent, trackedText, type AnyEvent } from '../core/event.ts';
import { transformer } from '../core/transformer.ts';
import type { Call, Result } from './socket-subscription.ts';
import { TextFrame } from './wire-frame.ts';

/** What a call is answered, or whatever is no call. */
export type Reply = Partial<Pick<Call, 'jsonrpc'>> & { id: CallId | null } & (
    | { result: Result }
    | { error: unknown }
  );

interface Greeting {
  callId: CallId | null;
  id: string;
  frame: TextFrame;
}

export class ReplyFrames {
  /** The last one: those who come together ask by the same id. */
  #started: { id: CallId | null; frame: TextFrame } | undefined;
  /** By the event; what else is told to many does not come this way. */
  readonly #greetings = new WeakMap<object, Greeting>();

  /** `isEvent`: what a host's own subscription yields may be another value the next time, in the same object. */
  of(reply: Reply, isEvent: boolean): TextFrame {
    if (reply.jsonrpc === undefined && 'result' in reply) {
      const { id, result } = reply;
      if (result.type === 'started') return this.#startedOf(id);
      if (isEvent && result.type === 'data' && result.id !== undefined)
        return this.#toldOf(id, result.id, result.data.data as AnyEvent);
    }
    return new TextFrame(JSON.stringify(serialised(reply)));
  }

  #startedOf(id: CallId | null): TextFrame {
    if (this.#started?.id === id) return this.#started.frame;
    const frame = new TextFrame(JSON.stringify({ id, result: { type: 'started' } }));
    this.#started = { id, frame };
    return frame;
  }

  #toldOf(callId: CallId | null, id: string, event: AnyEvent): TextFrame {
    const known = event.type === 'joined' ? this.#greetings.get(event) : undefined;
    if (known?.id === id && known.callId === callId) return known.frame;
    const frame = new TextFrame(
      `{"id":${JSON.stringify(callId)},"result":${trackedText(id, encodeEvent(event))}}`,
    );
    if (event.type === 'joined') this.#greetings.set(event, { callId, id, frame });
    return frame;
  }
}

/** With what is in it as it travels. */
function serialised(reply: Reply): object {
  const { serialize } = transformer.output;
  if ('error' in reply) return { ...reply, error: serialize(reply.error) };
  const { result } = reply;
  if (result.type !== 'data') return reply;
  return { ...reply, result: { ...result, data: serialize(result.data) } };
}
