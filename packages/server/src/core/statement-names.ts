/**
 * Names for the statements that Prisma sends, by which each connection prepares a text once: PostgreSQL parses it once,
 * and plans it no more once it expects of a plan for any values that it is no worse. The first {@link NAMED_STATEMENTS}
 * texts have one, but for those that go better without.
 *
 * PostgreSQL sees how long a list is. A statement that is asked for one as often as for many selects its lists, as
 * `(SELECT $1::text[])`: a plan for one would be made each time, which takes longer than what is planned. It looks up what
 * each item names by itself, by `LATERAL` and `OFFSET 0`: ten items are expected then, for which a small table would be
 * read whole.
 */
export const NAMED_STATEMENTS = 200;

/** What PostgreSQL calls the statement that is not kept. */
const UNNAMED = '';

/** Lists and rows, of which there is a text for each length; and patterns, for which no one plan suits all values. */
const VARIES = /\bIN \(\$\d|\), \(\$\d| (?:LIKE|~) \$\d/;

export function createStatementNames(): (query: { sql: string; args: readonly unknown[] }) => string {
  const names = new Map<string, string>();
  return ({ sql, args }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    // What begins and ends transactions has no values, and no plan either.
    if (args.length === 0 || names.size === NAMED_STATEMENTS || VARIES.test(sql)) return UNNAMED;
    const name = `parley_${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}
