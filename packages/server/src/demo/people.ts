import type { Caller } from '../core/caller.ts';

/** The password of everyone in the demo. */
export const DEMO_PASSWORD = 'parley-demo';

/** The people of the demo; the first two are the logins that it prints. */
export const DEMO_PEOPLE = {
  ana: { email: 'ana@parley.test', username: 'ana', displayName: 'Ana Moreira' },
  ben: { email: 'ben@parley.test', username: 'ben', displayName: 'Ben Okafor' },
  chiara: { email: 'chiara@parley.test', username: 'chiara', displayName: 'Chiara Fontana' },
  deniz: { email: 'deniz@parley.test', username: 'deniz', displayName: 'Deniz Aydın' },
  emeka: { email: 'emeka@parley.test', username: 'emeka', displayName: 'Emeka Obi' },
  freya: { email: 'freya@parley.test', username: 'freya', displayName: 'Freya Lindqvist' },
  goran: { email: 'goran@parley.test', username: 'goran', displayName: 'Goran Petrović' },
  hana: { email: 'hana@parley.test', username: 'hana', displayName: 'Hana Sato' },
  ines: { email: 'ines@parley.test', username: 'ines', displayName: 'Inês Duarte' },
} as const;

export type DemoName = keyof typeof DEMO_PEOPLE;

export type People = Record<DemoName, Caller>;
