/**
 * Names for the statements that Prisma sends, by which each connection prepares a text once: PostgreSQL parses it once,
 * and once it has seen that its plan suits any values, it plans no more. The first {@link NAMED_STATEMENTS} texts have
 * one. The texts of lists, which are as many as there are lengths, may come after them, and go as they would anyway.
 */
export const NAMED_STATEMENTS = 200;

/** What PostgreSQL calls the statement that is not kept. */
const UNNAMED = '';

export function createStatementNames(): (query: { sql: string; args: unknown[] }) => string {
  const names = new Map<string, string>();
  return ({ sql, args }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    // What begins and ends transactions has no values, and no plan either.
    if (args.length === 0 || names.size === NAMED_STATEMENTS) return UNNAMED;
    const name = `parley_${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}
