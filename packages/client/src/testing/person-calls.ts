import { transformer } from '@parley/server/rules';
import { callTRPCProcedure, getTRPCErrorFromUnknown, getTRPCErrorShape } from '@trpc/server';

import { Failure } from '../core/failure.ts';
import type { Inputs, Outputs } from '../inference.ts';
import { Connection } from './connection.ts';
import { router } from './router.ts';
import type { Person, World } from './world.ts';

/** The procedures as plain functions: `messages.send({ … })`. Those that are subscribed to are left out. */
export type PersonCalls = {
  readonly [Domain in keyof Inputs]: {
    readonly [Name in keyof Inputs[Domain] as Name extends 'events' ? never : Name]: (
      input: Inputs[Domain][Name],
    ) => Promise<Outputs[Domain][Name & keyof Outputs[Domain]]>;
  };
};

/** Calls in a person's name that go over no network: nothing delays, refuses or loses them, and nobody is online by them. */
export function callsOf(world: World, person: Person): PersonCalls {
  const connection = new Connection({ world, owner: undefined });
  connection.settle({ person, expiresAt: Infinity });
  const config = router._def._config;
  const procedures = router._def.procedures as unknown as Record<
    string,
    { _def: { type: 'query' | 'mutation' | 'subscription' } }
  >;

  const call = async (path: string, input: unknown): Promise<unknown> => {
    const type = procedures[path]?._def.type ?? 'query';
    const ctx = { requestId: connection.id, world, connection, called: () => undefined };
    try {
      const getRawInput = () => Promise.resolve(copyOf(input));
      const options = { router, path, getRawInput, ctx, type, signal: undefined, batchIndex: 0 };
      return copyOf(await callTRPCProcedure(options));
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      const shape = getTRPCErrorShape({ config, error, type, path, input, ctx });
      throw Failure.told(shape);
    }
  };

  const domains = new Map<string, Record<string, unknown>>();
  for (const path of Object.keys(procedures)) {
    const [domain = '', name = ''] = path.split('.');
    const calls = domains.get(domain) ?? {};
    domains.set(domain, { ...calls, [name]: (input: unknown) => call(path, input) });
  }
  return Object.fromEntries(domains) as unknown as PersonCalls;
}

/** As it would come over a wire: nobody holds what the server holds. */
function copyOf(value: unknown): unknown {
  return transformer.output.deserialize(JSON.parse(JSON.stringify(transformer.output.serialize(value))));
}
