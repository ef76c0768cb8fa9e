import { Refusal } from '@parley/server/rules';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';

import { Connection, type Authentication } from './connection.ts';
import type { TestCall } from './faults.ts';
import type { Network } from './network.ts';
import { router } from './router.ts';
import type { World } from './world.ts';

/** Answers a request of a client: calls, and subscriptions as server-sent events. */
export async function serveHttp(network: Network, request: Request): Promise<Response> {
  const { world, called } = network;
  const connection = new Connection({ world, owner: network });
  connection.settle(authenticate(world, request.headers.get('authorization')));
  const calls: TestCall[] = [];
  const response = await fetchRequestHandler({
    endpoint: '/trpc',
    req: request,
    router,
    createContext: ({ info }) => {
      if (info.type === 'subscription') connection.enter();
      return {
        requestId: connection.id,
        world,
        connection,
        called: (call) => {
          calls.push(call);
          called(call);
        },
      };
    },
  });
  if (calls.some((call) => world.faults.losesAnswer(call))) throw new TypeError('Failed to fetch');
  return response;
}

function authenticate({ auth }: World, header: string | null): Authentication {
  const token = /^Bearer (.+)$/i.exec(header ?? '')?.[1];
  try {
    if (token === undefined) throw new Refusal('unauthenticated');
    return auth.verify(token);
  } catch (error) {
    if (error instanceof Refusal) return { person: undefined, refusal: error.reason };
    throw error;
  }
}
