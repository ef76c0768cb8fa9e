import { cn } from '../lib/cn.ts';

export function Logo({ className }: { className?: string }) {
  return (
    <span className={cn('flex items-center gap-2.5 text-lg font-semibold tracking-tight', className)}>
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false" className="size-7">
        <path
          className="fill-primary"
          d="M4 7a4 4 0 0 1 4-4h10a4 4 0 0 1 4 4v6a4 4 0 0 1-4 4h-6l-5 4v-4.1A4 4 0 0 1 4 13z"
        />
        <path
          className="fill-deal-line"
          d="M25 12a3 3 0 0 1 3 3v6a4 4 0 0 1-3 3.9V29l-5-4h-4a4 4 0 0 1-4-4v-1h6a7 7 0 0 0 7-7z"
        />
      </svg>
      Parley
    </span>
  );
}
