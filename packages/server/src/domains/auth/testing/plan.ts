// How PostgreSQL goes about a raw query of a store.
import type { Prisma, PrismaClient } from '../../../generated/prisma/client.ts';

interface Node {
  'Node Type': string;
  'Index Cond'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Node[];
}

/** One step in which a table or an index is read. */
export interface Scan {
  type: string;
  /** What is looked up in the index. */
  condition: string | undefined;
  /** Rows that were read, those included that were then thrown away. */
  rows: number;
}

/** The scans of the one raw query or command of `work`, as measured: it is run twice. */
export async function scansOf(
  db: PrismaClient,
  work: (db: PrismaClient) => Promise<unknown>,
): Promise<Scan[]> {
  const seen: Prisma.Sql[] = [];
  const watched = db.$extends({
    query: {
      $queryRaw: ({ args, query }) => (seen.push(args), query(args)),
      $executeRaw: ({ args, query }) => (seen.push(args), query(args)),
    },
  });
  await work(watched as unknown as PrismaClient);
  const [sql, ...more] = seen;
  if (sql === undefined || more.length > 0) throw new Error('a plan is of one query');
  const rows = await db.$queryRaw<
    { 'QUERY PLAN': [{ Plan: Node }] }[]
  >`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`;
  return rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => scansIn(Plan)));
}

function scansIn(node: Node): Scan[] {
  const below = (node.Plans ?? []).flatMap(scansIn);
  const type = node['Node Type'];
  if (!type.includes('Scan')) return below;
  const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  return [{ type, condition: node['Index Cond'], rows }, ...below];
}
