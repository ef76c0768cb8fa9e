import { describe, expect, it } from 'vitest';

import type { Frame } from './frame.ts';
import { decodeFrame, encodeFrame, FRAME_FORM, ORIGIN_LENGTH } from './wire.ts';

const frame: Frame = {
  seq: null,
  type: 'typing',
  body: '{"type":"typing","payload":{"until":"1970-01-01T00:00:00.000Z"}}',
  meta: '{"values":{"data.payload.until":["Date"]},"v":1}',
  except: 'ana',
  after: 7,
  leaseMs: 6_000,
};
const FORMS: Record<number, string> = {
  1: String.raw`0123456789ab{"seq":null,"type":"typing","except":"ana","after":7,"leaseMs":6000,"meta":"{\"values\":{\"data.payload.until\":[\"Date\"]},\"v\":1}"}
{"type":"typing","payload":{"until":"1970-01-01T00:00:00.000Z"}}`,
};

describe('a frame between nodes', () => {
  it('has the form that its number says', () => {
    const text = encodeFrame('0123456789ab', frame);
    expect(text, 'What nodes tell one another has changed: raise FRAME_FORM once released.').toBe(
      FORMS[FRAME_FORM],
    );
    expect(text.indexOf('{')).toBe(ORIGIN_LENGTH);
  });

  it('is read as it was', () => {
    expect(decodeFrame(encodeFrame('0123456789ab', frame))).toEqual(frame);
  });
});
