import { describe, expect, it } from 'vitest';

import { readRedisUrl } from './redis-place.ts';
import { StartupError } from './startup-error.ts';

describe('the address of Redis', () => {
  it('has the defaults of Redis where it says nothing', () => {
    expect(readRedisUrl('redis://').options).toEqual({ host: 'localhost', port: 6379, db: 0 });
  });

  it('says who comes, to which database', () => {
    expect(readRedisUrl('redis://ana:a%25b%40@[::1]:7000/3').options).toEqual({
      host: '::1',
      port: 7000,
      db: 3,
      username: 'ana',
      password: 'a%b@',
    });
  });

  it('is refused in one line without the password where it is not encoded', () => {
    for (const url of ['redis://:50%off@cache', 'redis://50%off:x@cache']) {
      expect(() => readRedisUrl(url)).toThrow(
        new StartupError('REDIS_URL has a user or password that is not URL-encoded: write % as %25'),
      );
    }
  });

  it('names the server to a certificate by its name, which an IP address is not', () => {
    expect(readRedisUrl('rediss://cache').options.tls).toEqual({ servername: 'cache' });
    expect(readRedisUrl('rediss://127.0.0.1').options.tls).toEqual({});
    expect(readRedisUrl('rediss://[::1]').options.tls).toEqual({});
    expect(readRedisUrl('redis://cache').options.tls).toBeUndefined();
  });
});
