import { clsx, type ClassValue } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

/** With the names that `tokens.css` adds to Tailwind's own. */
const merge = extendTailwindMerge({
  extend: { theme: { radius: ['bubble'], shadow: ['soft', 'float'], animate: ['typing', 'spotlight'] } },
});

/** Class names in one string; of those that contradict each other the last one holds. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes));
}
