/**
 * Text messages as WebSocket frames of a server: final, not masked, not compressed (RFC 6455, 5.2). `ws` writes its
 * frames whole too, and holds none back where nothing is compressed, so the two can follow one another.
 */
import type { Frame } from '../core/connection.ts';

const FINAL_TEXT = 0x81;
/** Longer payloads have their length after the second byte, in two bytes … */
const SHORT = 125;
/** … and still longer ones in eight. */
const MEDIUM = 0xff_ff;

export class TextFrame implements Frame {
  readonly text: string;
  readonly bytes: number;
  readonly #length: number;

  /** `length`: of the text in bytes. */
  constructor(text: string, length = Buffer.byteLength(text)) {
    this.text = text;
    this.#length = length;
    this.bytes = headerOf(length) + length;
  }

  /** Writes its bytes so that they end at `end`. */
  writeTo(target: Buffer, end: number): void {
    const length = this.#length;
    const begin = end - this.bytes;
    target[begin] = FINAL_TEXT;
    if (length <= SHORT) target[begin + 1] = length;
    else if (length <= MEDIUM) {
      target[begin + 1] = 126;
      target.writeUInt16BE(length, begin + 2);
    } else {
      target[begin + 1] = 127;
      target.writeBigUInt64BE(BigInt(length), begin + 2);
    }
    // Text of ASCII alone, as most is, has no more bytes than characters, and is copied as it is.
    if (length === this.text.length) target.write(this.text, end - length, length, 'latin1');
    else target.write(this.text, end - length, length);
  }
}

function headerOf(length: number): number {
  if (length <= SHORT) return 2;
  return length <= MEDIUM ? 4 : 10;
}
