/** Who takes part: people with their devices, and the conversations between them. */
import type { Id } from '@parley/contract';

import { Device, type Reader, type Transport, type TransportOptions } from '../clients/device.ts';
import { Identity } from '../clients/identity.ts';
import { RawSocket } from '../clients/raw.ts';
import { overHttp, overSocket } from '../clients/stock.ts';
import type { History } from '../history.ts';
import { patiently } from './patiently.ts';

type Connect = (options: TransportOptions) => Transport;

const raw: Connect = (options) => new RawSocket(options);

/** Each with devices of every kind; the first of a person is the one that writes. */
const PEOPLE = {
  ana: { phone: overSocket, laptop: overSocket },
  ben: { phone: overSocket, script: raw },
  cleo: { page: overHttp, phone: overSocket },
  dan: { phone: overSocket, script: raw },
  finn: { phone: overSocket },
  eve: { script: raw },
} satisfies Record<string, Record<string, Connect>>;

type Name = keyof typeof PEOPLE;

export interface Person {
  identity: Identity;
  devices: readonly Device[];
}

export interface Talk {
  id: Id;
  name: string;
  kind: 'direct' | 'group';
  members: readonly Person[];
}

export interface Cast {
  people: Record<Name, Person>;
  talks: readonly Talk[];
  /** Whose members come and go. */
  club: Talk;
  readers(): Reader[];
  close(): Promise<void>;
}

/** Makes everyone and everything, with every device reading all that it may. */
export async function assemble(url: string, history: History): Promise<Cast> {
  const people = {} as Record<Name, Person>;
  for (const [name, devices] of Object.entries(PEOPLE) as [Name, Record<string, Connect>][]) {
    const identity = await Identity.register(url, name);
    history.add({ kind: 'person', userId: identity.id, name });
    people[name] = {
      identity,
      devices: Object.entries(devices).map(
        ([device, connect]) => new Device({ name: device, identity, history, url, connect }),
      ),
    };
  }
  const { ana, ben, cleo, dan, eve } = people;
  const open = async (name: string, members: readonly Person[], kind: Talk['kind']): Promise<Talk> => {
    const [maker, ...others] = members;
    const made = await patiently(() =>
      deviceOf(maker).client.conversations.create.mutate({
        participantIds: others.map(({ identity }) => identity.id),
        ...(kind === 'group' ? { title: name } : { subject: name }),
      }),
    );
    if (made === undefined) throw new Error(`${name} could not be made`);
    const { id } = made;
    const ids = members.map(({ identity }) => identity.id);
    history.add({ kind: 'talk', conversationId: id, members: ids });
    return { id, name, kind, members };
  };
  const deal = await open('deal', [ana, ben], 'direct');
  const pair = await open('pair', [cleo, dan], 'direct');
  const crowd = await open('crowd', [ben, ana, cleo, dan], 'group');
  const club = await open('club', [ana, ben, cleo], 'group');
  const talks = [deal, pair, crowd, club];
  const everyone = Object.values(people);
  for (const person of everyone) {
    for (const device of person.devices) {
      device.read('inbox', 0);
      for (const talk of talks) {
        // Eve belongs to none, and asks all the same.
        if (talk.members.includes(person) || person === eve) device.read({ room: talk.id }, 0);
      }
    }
    history.add({ kind: 'devices', userId: person.identity.id, connected: true });
  }
  const devices = everyone.flatMap((person) => person.devices);
  return {
    people,
    talks,
    club,
    readers: () => devices.flatMap((device) => device.readers),
    close: async () => {
      for (const device of devices) await device.close();
    },
  };
}

/** The device that a person writes with. */
export function deviceOf(person: Person | undefined): Device {
  const [device] = person?.devices ?? [];
  if (device === undefined) throw new Error('nobody is there');
  return device;
}
