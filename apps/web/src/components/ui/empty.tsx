import type { ReactNode } from 'react';

interface EmptyProps {
  icon: ReactNode;
  title: string;
  /** Where it is the page's own heading. */
  isHeading?: boolean;
  text: ReactNode;
  children?: ReactNode;
}

/** Stands where nothing is yet, and says what can be done about it. */
export function Empty({ icon, title, isHeading = false, text, children }: EmptyProps) {
  const Title = isHeading ? 'h1' : 'p';
  return (
    <div data-slot="empty" className="m-auto grid max-w-sm justify-items-center gap-3 p-8 text-center">
      <span className="mb-1 grid size-14 place-items-center rounded-2xl bg-primary-soft text-primary [&_svg]:size-6">
        {icon}
      </span>
      <Title className="text-lg font-semibold tracking-tight">{title}</Title>
      <p className="text-sm text-pretty text-muted-foreground">{text}</p>
      {children !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}
