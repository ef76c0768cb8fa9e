import { clsx, type ClassValue } from 'clsx';
import { twMerge } from 'tailwind-merge';

/** Class names in one string; of those that contradict each other the last one holds. */
export function cn(...classes: ClassValue[]): string {
  return twMerge(clsx(classes));
}
