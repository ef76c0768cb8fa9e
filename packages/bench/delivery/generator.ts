// The process that all connections come from, whatever the subject.
import { serve } from '../servant.ts';
import { Audience, type Arrival, type AudienceOptions } from './audience.ts';
import { PROTOCOLS, type ProtocolName } from './protocols.ts';

export type JoinOrder = Omit<AudienceOptions, 'protocol'> & {
  protocol: ProtocolName;
  /** Events of each room that they are told of on the way. */
  expected?: number;
};

export interface GeneratorApi extends Record<string, (order: never) => unknown> {
  /** @returns the audience's number */
  join(order: JoinOrder): Promise<number>;
  /** Resolves when everyone has been told of so many more events of their room. */
  told(order: { audience: number; events: number }): Promise<void>;
  keepArrivals(order: { audience: number }): void;
  takeArrivals(order: { audience: number }): Arrival[];
  leave(order: { audience: number }): Promise<void>;
  cut(order: { audience: number }): void;
}

const audiences = new Map<number, Audience>();
let joined = 0;

function audienceOf(number: number): Audience {
  const audience = audiences.get(number);
  if (audience === undefined) throw new Error(`there is no audience ${number}`);
  return audience;
}

serve<GeneratorApi>({
  async join({ protocol, expected, ...order }) {
    const number = (joined += 1);
    audiences.set(number, await Audience.join({ ...order, protocol: PROTOCOLS[protocol] }, expected));
    return number;
  },
  told: ({ audience, events }) => audienceOf(audience).told(events),
  keepArrivals: ({ audience }) => audienceOf(audience).keepArrivals(),
  takeArrivals: ({ audience }) => audienceOf(audience).takeArrivals(),
  cut({ audience }) {
    audienceOf(audience).cut();
    audiences.delete(audience);
  },
  async leave({ audience }) {
    await audienceOf(audience)[Symbol.asyncDispose]();
    audiences.delete(audience);
  },
});
