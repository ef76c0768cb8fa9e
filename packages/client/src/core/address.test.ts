import { describe, expect, it } from 'vitest';

import { resolveAddress } from './address.ts';

describe('resolveAddress', () => {
  it.each([
    ['http://localhost:3000', 'http://localhost:3000/trpc', 'ws://localhost:3000/trpc'],
    ['http://localhost:3000/', 'http://localhost:3000/trpc', 'ws://localhost:3000/trpc'],
    ['https://chat.example.com', 'https://chat.example.com/trpc', 'wss://chat.example.com/trpc'],
    ['ws://localhost:3000', 'http://localhost:3000/trpc', 'ws://localhost:3000/trpc'],
    ['wss://chat.example.com/trpc', 'https://chat.example.com/trpc', 'wss://chat.example.com/trpc'],
    ['https://example.com/chat', 'https://example.com/chat/trpc', 'wss://example.com/chat/trpc'],
    ['https://example.com/chat/trpc/', 'https://example.com/chat/trpc', 'wss://example.com/chat/trpc'],
    ['HTTP://Example.com:80/?a=b#c', 'http://example.com/trpc', 'ws://example.com/trpc'],
    ['http://[::1]:3000', 'http://[::1]:3000/trpc', 'ws://[::1]:3000/trpc'],
  ])('resolves %s', (url, http, ws) => {
    expect(resolveAddress(url)).toEqual({ http, ws });
  });

  it.each(['', 'localhost', 'localhost:3000', 'ftp://example.com', '//', 'http://ana:secret@example.com'])(
    'refuses %s',
    (url) => {
      expect(() => resolveAddress(url)).toThrow(/address/);
    },
  );

  it('asks for an address outside a page', () => {
    expect(() => resolveAddress()).toThrow('`url` is needed outside a web page');
  });

  it('takes the page’s own origin, or a path there', () => {
    Object.defineProperty(globalThis, 'location', {
      value: { origin: 'https://shop.example' },
      configurable: true,
    });
    try {
      expect(resolveAddress().ws).toBe('wss://shop.example/trpc');
      expect(resolveAddress('/chat').http).toBe('https://shop.example/chat/trpc');
      Object.defineProperty(globalThis, 'location', { value: { origin: 'null' }, configurable: true });
      expect(() => resolveAddress()).toThrow('needed');
    } finally {
      Reflect.deleteProperty(globalThis, 'location');
    }
  });
});
