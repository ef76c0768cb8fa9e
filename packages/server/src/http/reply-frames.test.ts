import { describe, expect, it } from 'vitest';

import { transformer } from '../core/transformer.ts';
import { ReplyFrames } from './reply-frames.ts';

describe('replies as frames', () => {
  it('are one frame for those whose subscriptions begin by the same id, one after the other', () => {
    const frames = new ReplyFrames();
    const started = (id: number | string) => frames.of({ id, result: { type: 'started' } }, false);
    const one = started(1);
    expect(one.text).toBe('{"id":1,"result":{"type":"started"}}');
    expect(started(1)).toBe(one);
    expect(started('1').text).toBe('{"id":"1","result":{"type":"started"}}');
    expect(started(1).text).toBe(one.text);
  });

  it('are one frame for those who are greeted in the same words, as tRPC writes it', () => {
    const frames = new ReplyFrames();
    const event = {
      type: 'joined',
      payload: { conversationId: '1', headSeq: 7, resumed: false, participants: [] },
    };
    const told = (callId: number | string, id: string, jsonrpc?: '2.0') => {
      const data = { id, data: event };
      const frame = frames.of({ id: callId, jsonrpc, result: { type: 'data', data, id } }, true);
      const result = { type: 'data', data: transformer.output.serialize(data), id };
      expect(frame.text).toBe(JSON.stringify({ id: callId, jsonrpc, result }));
      return frame;
    };
    const one = told(1, '7');
    expect(told(1, '7')).toBe(one);
    for (const other of [told(2, '7'), told('1', '7'), told(1, '8'), told(1, '7', '2.0')])
      expect(other.text).not.toBe(one.text);
  });
});
