/** Every procedure with every kind of bad input and caller, as the tests of the router have them. */
import superjson, { type SuperJSONResult } from 'superjson';

import { call } from '../../harness/call.ts';
import type { Person } from '../../harness/people.ts';
import { TABLE, type Row } from '../../router/table.ts';
import { createWorld } from '../../router/world.ts';
import { overHttp } from './side.ts';
import type { Play, Stage } from './stage.ts';

async function personOf(stage: Stage, name: string): Promise<Person> {
  const actor = await stage.person(name);
  const http = overHttp(stage.side.way(), actor.session.accessToken);
  return { ...actor, http, cut: () => undefined, close: () => Promise.resolve() };
}

/** What each field may not be, by what is done with it. */
function badInputs(row: Row, input: Record<string, unknown>): [what: string, input: unknown][] {
  const without = (field: string) =>
    Object.fromEntries(Object.entries(input).filter(([name]) => name !== field));
  const unknown = (field: string) => (Array.isArray(input[field]) ? ['no-such-id'] : 'no-such-id');
  return [
    ['nothing', undefined],
    ['no object', 'text'],
    ...(row.required ?? []).map((field): [string, unknown] => [`without ${field}`, without(field)]),
    ...Object.entries(row.oversize ?? {}).map(([field, value]): [string, unknown] => [
      `too much ${field}`,
      { ...input, [field]: value },
    ]),
    ...Object.keys(row.unknown ?? {}).map((field): [string, unknown] => [
      `unknown ${field}`,
      { ...input, [field]: unknown(field) },
    ]),
    ...Object.keys(input).map((field): [string, unknown] => [
      `no ${field}`,
      { ...input, [field]: { no: true } },
    ]),
  ];
}

export const LONG_INPUTS: Record<string, Play> = {
  async 'every bad input of every procedure'(stage) {
    const { world, ana, eve } = await createWorld({ person: (name) => personOf(stage, name) });
    const { url, fetch } = stage.side.way();
    const ask = async (what: string, row: Row, [path, input, token]: [string, unknown, string?]) => {
      const authorization = token === undefined ? undefined : `Bearer ${token}`;
      const answer = await call({ url, fetch, path, kind: row.kind, input, authorization });
      const { status, code, reason, text } = answer;
      const body =
        row.kind === 'subscription' ? undefined : (JSON.parse(text) as { error?: SuperJSONResult });
      const error: unknown = body?.error && superjson.deserialize(body.error);
      stage.note(`${path}: ${what}`, { status, code, reason, error });
    };
    for (const [path, row] of Object.entries(TABLE)) {
      const input = row.input?.(world);
      if (row.open === undefined) await ask('nobody', row, [path, input]);
      if (row.open === undefined) await ask('a bad token', row, [path, input, 'bad']);
      if (row.outsider !== undefined) await ask('from outside', row, [path, input, eve.session.accessToken]);
      if (input === undefined) continue;
      for (const [what, bad] of badInputs(row, input))
        await ask(what, row, [path, bad, ana.session.accessToken]);
    }
  },
};
