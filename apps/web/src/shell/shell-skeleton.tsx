import { Logo } from '../components/logo.tsx';
import { ListSkeleton } from '../talks/list-skeleton.tsx';

/** The two panes, before their code is there. */
export function ShellSkeleton() {
  return (
    <div className="grid h-full grid-cols-1 md:grid-cols-[20rem_1fr] xl:grid-cols-[24rem_1fr]">
      <div className="min-w-0 bg-sidebar md:border-r">
        <Logo className="px-5 pt-[max(1.25rem,env(safe-area-inset-top))] pb-4" />
        <div className="px-2">
          <ListSkeleton />
        </div>
      </div>
    </div>
  );
}
