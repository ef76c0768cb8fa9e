/**
 * Rows by one statement, for what a crowd waits for: PostgreSQL is asked by its driver, past Prisma, since what Prisma
 * adds around a statement costs twice what the driver itself takes. A transaction, and the embedded database, ask Prisma
 * and find the same. It may be a statement that writes, if by itself: where it fails, PostgreSQL's state and the outage
 * that callers are told of are those of Prisma's own query.
 */
import type { Prisma } from '../generated/prisma/client.ts';

type Ask = (text: string, values: readonly unknown[]) => Promise<object[]>;

/** Of databases that are asked past Prisma. */
const direct = new WeakMap<Prisma.TransactionClient, Ask>();

/** From here on, {@link rowsOf} a database, outside of a transaction, are those that `ask` finds. */
export function askDirectly(db: Prisma.TransactionClient, ask: Ask): void {
  direct.set(db, ask);
}

/** A tag for a statement that has its values in their places; a list is an array of PostgreSQL's. */
export function rowsOf<Row extends object>(db: Prisma.TransactionClient) {
  return (template: TemplateStringsArray, ...values: unknown[]): Promise<Row[]> => {
    const ask = direct.get(db);
    return ask === undefined
      ? db.$queryRaw<Row[]>(template, ...values)
      : (ask(textOf(template), values) as Promise<Row[]>);
  };
}

/** There is one template for each place in the code. */
const texts = new WeakMap<TemplateStringsArray, string>();

function textOf(template: TemplateStringsArray): string {
  const known = texts.get(template);
  if (known !== undefined) return known;
  const text = template.reduce((before, part, index) => `${before}$${index}${part}`);
  texts.set(template, text);
  return text;
}
