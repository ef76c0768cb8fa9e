// A frame as it crosses from process to process: who sent it, a line of JSON about it, and its body untouched.
import type { Frame } from './frame.ts';

/**
 * The number of this form, and part of every channel's name: nodes of two versions that write frames differently do
 * not hear one another, and find what is durable by the heads.
 */
export const FRAME_FORM = 1;

/** Characters of an origin. */
export const ORIGIN_LENGTH = 12;

/** Names `body` and `meta`, since a frame that encodes late has them as getters, which a rest leaves out. */
export function encodeFrame(origin: string, { body, meta, ...header }: Frame): string {
  return `${origin}${JSON.stringify({ ...header, meta })}\n${body}`;
}

/** Undefined for what is no frame. */
export function decodeFrame(text: string): Frame | undefined {
  const end = text.indexOf('\n');
  try {
    const header = JSON.parse(text.slice(ORIGIN_LENGTH, end)) as Omit<Frame, 'body'>;
    if (typeof header.type !== 'string' || !(header.seq === null || Number.isSafeInteger(header.seq))) {
      return undefined;
    }
    return { ...header, body: text.slice(end + 1) };
  } catch {
    return undefined;
  }
}
