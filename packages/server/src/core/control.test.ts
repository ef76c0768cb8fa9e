import { describe, expect, it } from 'vitest';

import { encodeControl, parseControl } from './control.ts';

describe('a control message', () => {
  it('is read as it was written', () => {
    const frame = encodeControl({ type: 'user-disabled', userId: 'u1' });
    expect(frame).toEqual({ seq: null, type: 'user-disabled', body: '{"userId":"u1"}' });
    expect(parseControl(frame)).toEqual({ type: 'user-disabled', userId: 'u1' });
    const ended = { type: 'sessions-ended', userId: 'u1', generation: 7 } as const;
    expect(parseControl(encodeControl(ended))).toEqual(ended);
  });

  it('is nothing where this node does not know it', () => {
    expect(parseControl({ seq: null, type: 'of-a-newer-node', body: '{"userId":"u1"}' })).toBeUndefined();
    expect(parseControl({ seq: null, type: 'user-disabled', body: '{}' })).toBeUndefined();
    expect(parseControl({ seq: null, type: 'sessions-ended', body: '{"userId":"u1"}' })).toBeUndefined();
  });
});
