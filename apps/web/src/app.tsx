import { useSession } from '@parley/client/react';
import { lazy, Suspense } from 'react';

import { NoticeList } from './notices/notice-list.tsx';
import { useDebug } from './routing/route.ts';
import { SignIn } from './session/sign-in.tsx';
import { ShellSkeleton } from './shell/shell-skeleton.tsx';

const Home = lazy(async () => ({ default: (await import('./home.tsx')).Home }));
const DebugPanel = lazy(async () => ({ default: (await import('./debug/debug-panel.tsx')).DebugPanel }));

export function App() {
  const userId = useSession(({ user }) => user?.id);
  const isDebug = useDebug();
  return (
    <div className="flex h-full max-lg:flex-col">
      <div className="min-h-0 min-w-0 flex-1">
        {userId === undefined ? (
          <SignIn />
        ) : (
          <Suspense fallback={<ShellSkeleton />}>
            <Home key={userId} />
          </Suspense>
        )}
      </div>
      <NoticeList />
      <Suspense>{isDebug && <DebugPanel />}</Suspense>
    </div>
  );
}
