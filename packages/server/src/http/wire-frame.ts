/**
 * A text message as one WebSocket frame of a server: final, not masked, not compressed (RFC 6455, 5.2). `ws` writes
 * its frames whole too, and holds none back where nothing is compressed, so the two can follow one another.
 */
const FINAL_TEXT = 0x81;
/** Longer payloads have their length after the second byte, in two bytes … */
const SHORT = 125;
/** … and still longer ones in eight. */
const MEDIUM = 0xff_ff;

export function textFrame(begin: string, rest: Buffer): Buffer {
  const beginBytes = Buffer.byteLength(begin);
  const length = beginBytes + rest.length;
  const header = length <= SHORT ? 2 : length <= MEDIUM ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FINAL_TEXT;
  if (length <= SHORT) frame[1] = length;
  else if (length <= MEDIUM) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(begin, header);
  rest.copy(frame, header + beginBytes);
  return frame;
}
