import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';

import { outageOf, stateOf } from './database-outage.ts';

const failed = (code: string) => Object.assign(new Error('failed'), { code });

describe('an outage', () => {
  it.each([
    ['EPIPE', 'unavailable'],
    ['ECONNRESET', 'unavailable'],
    ['ECONNREFUSED', 'unavailable'],
    ['ETIMEDOUT', 'timed_out'],
    ['P1008', 'timed_out'],
    ['P1017', 'unavailable'],
  ])('is told from a code that is none of PostgreSQL’s: %s', (code, outage) => {
    expect([stateOf(failed(code)), outageOf(failed(code))]).toEqual([undefined, outage]);
  });

  it.each([
    ['08006', 'unavailable'],
    ['0A000', 'unavailable'],
    ['40P01', 'unavailable'],
    ['57014', 'timed_out'],
    ['P0001', undefined],
    ['XX000', undefined],
    ['23505', undefined],
  ])('is told from PostgreSQL’s state: %s', (code, outage) => {
    const error = Object.assign(new DatabaseError('failed', 0, 'error'), { code });
    expect([stateOf(error), outageOf(error)]).toEqual([code, outage]);
  });
});
