import { describe, expect, it } from 'vitest';

import { centrifugoOf } from './centrifugo.ts';

describe('Centrifugo', () => {
  it('is a contestant of the version that it says it is', () => {
    expect(centrifugoOf('Centrifugo v6.9.1 (Go version: go1.26.5)\n')).toMatchObject({
      kind: { title: 'Centrifugo 6.9.1' },
    });
  });

  it('is left out, with the reason, where its configuration is of another version', () => {
    expect(centrifugoOf('Centrifugo v5.4.9 (Go version: go1.23.4)\n')).toEqual({
      leftOut: 'Centrifugo 5.4.9, because its configuration is known here as version 6 has it',
    });
  });

  it('is left out where it does not say what it is', () => {
    expect(centrifugoOf('')).toEqual({
      leftOut: 'Centrifugo, because `centrifugo version` does not say its version',
    });
  });
});
