import type { ReactNode } from 'react';

interface EmptyProps {
  icon: ReactNode;
  title: string;
  text: ReactNode;
  children?: ReactNode;
}

/** Stands where nothing is yet, and says what can be done about it. */
export function Empty({ icon, title, text, children }: EmptyProps) {
  return (
    <div data-slot="empty" className="m-auto grid max-w-sm justify-items-center gap-3 p-8 text-center">
      <span className="mb-1 grid size-14 place-items-center rounded-2xl bg-primary-soft text-primary [&_svg]:size-6">
        {icon}
      </span>
      <p className="text-lg font-semibold tracking-tight">{title}</p>
      <p className="text-sm text-pretty text-muted-foreground">{text}</p>
      {children !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}
