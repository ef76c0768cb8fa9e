import { z } from 'zod';

import { LIMITS } from './limits.ts';

/** One page of a list. `nextCursor` is opaque, and null on the last page. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export const pageInput = {
  cursor: z.string().min(1).max(LIMITS.cursorLength).optional(),
  limit: z.int().min(1).max(LIMITS.pageMax).default(LIMITS.pageDefault),
};

export function page<Item>(item: z.ZodType<Item>): z.ZodType<Page<Item>> {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
