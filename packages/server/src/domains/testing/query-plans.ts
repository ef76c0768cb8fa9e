// The statements that something makes, and what PostgreSQL reads for them.
import { Client } from 'pg';
import { vi } from 'vitest';

import { READ_ONLY_QUESTION } from '../../core/database-pool.ts';
import { createStatementNames } from '../../core/statement-names.ts';
import type { TestDatabase } from '../../core/testing/databases.ts';

export interface Statement {
  text: string;
  values: unknown[];
}

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: Plan[];
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
}

const CHANGES = /\b(INSERT|UPDATE|DELETE)\b/;

/** Those of the statements that have no index to read by, or read more rows of one table. */
export async function wasteful(
  database: TestDatabase,
  statements: readonly Statement[],
  rows: number,
): Promise<string[]> {
  await using session = await database.session();
  // A small table is rightly read whole. It may not be here, where there is any other way; and rows are counted.
  await session.query('SET enable_seqscan = off');
  await session.query('SET jit = off');
  const found: string[] = [];
  for (const { text, values } of statements) {
    const changes = CHANGES.test(text);
    const [row] = await session.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (${changes ? '' : 'ANALYZE, '}FORMAT JSON) ${text}`,
      values,
    );
    const nodes = row === undefined ? [] : nodesOf(row['QUERY PLAN'][0].Plan);
    for (const node of nodes) {
      const table = node['Relation Name'];
      if (table === undefined) continue;
      const taken = (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0);
      const read = taken * (node['Actual Loops'] ?? 0);
      if (node['Node Type'] === 'Seq Scan' || read > rows)
        found.push(`${node['Node Type']} of ${table}, ${read} rows: ${text}`);
    }
  }
  return found;
}

/** Those that a connection prepares: from some time on PostgreSQL does not look at their values. */
export function prepared(statements: readonly Statement[]): Statement[] {
  const nameOf = createStatementNames();
  return statements.filter(
    ({ text, values }) => !CHANGES.test(text) && nameOf({ sql: text, args: values }) !== '',
  );
}

interface Reading {
  rows: number;
  /** What is done before each of them. */
  undo: readonly string[];
  seqscan?: 'on' | 'off';
}

/**
 * Tables of which a statement reads more rows than that, or which it reads whole, by a plan made for any values, when it is
 * done once more: a plan by itself shows neither what it will read nor what a function does.
 */
export async function overread(
  database: TestDatabase,
  statements: readonly Statement[],
  { rows, undo, seqscan = 'off' }: Reading,
): Promise<string[]> {
  await using session = await database.session();
  const found: string[] = [];
  for (const { text, values } of statements) {
    await session.query('BEGIN');
    for (const setting of [
      `enable_seqscan = ${seqscan}`,
      'jit = off',
      'plan_cache_mode = force_generic_plan',
    ])
      await session.query(`SET LOCAL ${setting}`);
    for (const statement of undo) await session.query(statement);
    const before = await session.query<Reads>(READS);
    await session.query(text, values);
    const after = await session.query<Reads>(READS);
    await session.query('ROLLBACK');
    for (const [index, { table, wholly, fetched }] of after.entries()) {
      const read = fetched - (before[index]?.fetched ?? 0);
      if (wholly > (before[index]?.wholly ?? 0) || read > rows) found.push(`${table}: ${text}`);
    }
  }
  return found;
}

interface Reads {
  table: string;
  wholly: number;
  fetched: number;
}
const READS = `
  SELECT relname AS table, seq_scan::int AS wholly, coalesce(idx_tup_fetch, 0)::int AS fetched
  FROM pg_stat_xact_user_tables ORDER BY relname`;

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** What is asked of PostgreSQL meanwhile, but for what begins and ends transactions, and what a new connection is asked. */
export async function statementsOf(act: () => Promise<unknown>): Promise<Statement[]> {
  const spy = vi.spyOn(Client.prototype, 'query');
  try {
    await act();
    const heard: Statement[] = spy.mock.calls.map(([statement, values]: unknown[]) =>
      typeof statement === 'string'
        ? { text: statement, values: (values ?? []) as unknown[] }
        : (statement as Statement),
    );
    const asked = heard.filter(({ text }) => text !== READ_ONLY_QUESTION);
    return asked.filter(({ text }) => /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(text));
  } finally {
    spy.mockRestore();
  }
}
