import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { describe, expect, it } from 'vitest';

import { REASONS, type ErrorReason } from './reasons.ts';

const entries = Object.entries(REASONS);

/** Waiting helps against these alone; the others need the caller to change something. */
const TRANSIENT = ['TOO_MANY_REQUESTS', 'TIMEOUT', 'SERVICE_UNAVAILABLE'];

describe('the reasons of refusals', () => {
  it.each(entries)('maps %s to a code of tRPC', (_name, { code }) => {
    expect(Object.keys(TRPC_ERROR_CODES_BY_KEY)).toContain(code);
  });

  it.each(entries)('names %s for machines and says it to people', (name, { message }) => {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(message).toMatch(/^[A-Z].*[^.]$/);
  });

  it.each(entries.filter(([, { retryable }]) => retryable))(
    'calls %s retryable only if waiting helps',
    (_name, { code }) => {
      expect(TRANSIENT).toContain(code);
    },
  );

  it('does not reveal that something exists', () => {
    const hiding: ErrorReason[] = ['not_found', 'not_a_participant', 'message_not_found', 'offer_not_found'];
    expect(hiding.map((name) => REASONS[name].code)).toEqual(hiding.map(() => 'NOT_FOUND'));
  });

  it('gives each reason a message of its own', () => {
    const messages = entries.map(([, { message }]) => message);
    expect(new Set(messages).size).toBe(messages.length);
  });
});
