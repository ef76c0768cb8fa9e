import type { z } from 'zod';

import type { Person } from '../harness/people.ts';
import type { TestServer } from '../harness/server.ts';
import type { World } from './table.ts';

/** A conversation of two with a message and an offer, a group, and people outside them. */
export async function createWorld(
  server: Pick<TestServer, 'person'>,
): Promise<{ world: World; ana: Person; eve: Person }> {
  const [ana, ben, cem, eve] = [
    await server.person('ana'),
    await server.person('ben'),
    await server.person('cem'),
    await server.person('eve'),
  ];
  const { id: talk } = await ana.http.conversations.create.mutate({ participantIds: [ben.id] });
  const { id: group } = await ana.http.conversations.create.mutate({
    participantIds: [ben.id],
    title: 'Trip',
  });
  const { message } = await ana.http.messages.send.mutate({ conversationId: talk, content: 'hello' });
  const { offer } = await ben.http.offers.create.mutate({
    conversationId: talk,
    title: 'Bike',
    terms: 'As seen',
  });
  const { session } = ana;
  return {
    world: {
      ana: ana.id,
      ben: ben.id,
      talk,
      group,
      cem: cem.id,
      message: message.id,
      offer: offer.id,
      refreshToken: session.refreshToken,
      accessToken: session.accessToken,
      email: session.user.email ?? '',
      password: 'not the right one',
    },
    ana,
    eve,
  };
}

/** What tRPC knows of each procedure, by path. */
export function proceduresOf({ parley }: TestServer) {
  return parley.router._def.procedures as unknown as Record<
    string,
    { _def: { type: string; inputs: z.ZodType[]; output?: unknown } }
  >;
}

/** A digest of every row there is, but for when people were last seen: asking for a stream is being seen. */
export async function digest({ database }: TestServer): Promise<string> {
  await using session = await database.session();
  const tables = await session.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`,
  );
  const digests = tables.map(
    ({ name }) =>
      `SELECT '${name} ' || coalesce(md5(string_agg(row, '|' ORDER BY row)), 'empty') AS digest
       FROM (SELECT (to_jsonb(t) - 'lastSeenAt')::text AS row FROM ${name} t) rows`,
  );
  const rows = await session.query<{ digest: string }>(digests.join(' UNION ALL '));
  return rows.map((row) => row.digest).join('\n');
}
