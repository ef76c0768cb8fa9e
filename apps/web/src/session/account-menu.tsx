import { useSession } from '@parley/client/react';
import { LogOut, MonitorSmartphone, Settings2 } from 'lucide-react';
import { memo } from 'react';

import { Avatar } from '../components/ui/avatar.tsx';
import { Button } from '../components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../components/ui/dropdown-menu.tsx';
import { personName } from '../talks/names.ts';
import { isTheme, setTheme, useTheme } from '../theme/theme.ts';
import { useSignOut } from './use-sign-out.ts';

/** Who one is, how it looks, and the way out. */
export const AccountMenu = memo(function AccountMenu() {
  const { user } = useSession();
  const signOut = useSignOut();
  const theme = useTheme();
  if (user === null) return null;
  return (
    <footer className="flex items-center gap-3 border-t px-4 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      <Avatar id={user.id} name={personName(user)} picture={user.avatar} size="small" />
      <p className="grid min-w-0 flex-1 text-sm leading-tight">
        <strong className="truncate font-medium">{personName(user)}</strong>
        <span className="truncate text-[0.8125rem] text-muted-foreground">@{user.username}</span>
      </p>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button variant="ghost" size="icon" aria-label="Account and appearance">
            <Settings2 />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent side="top" align="end">
          <DropdownMenuLabel>Appearance</DropdownMenuLabel>
          <DropdownMenuRadioGroup value={theme} onValueChange={(next) => isTheme(next) && setTheme(next)}>
            <DropdownMenuRadioItem value="system">As the system</DropdownMenuRadioItem>
            <DropdownMenuRadioItem value="light">Light</DropdownMenuRadioItem>
            <DropdownMenuRadioItem value="dark">Dark</DropdownMenuRadioItem>
          </DropdownMenuRadioGroup>
          <DropdownMenuSeparator />
          <DropdownMenuItem onSelect={() => signOut()}>
            <LogOut /> Sign out
          </DropdownMenuItem>
          <DropdownMenuItem onSelect={() => signOut({ everywhere: true })}>
            <MonitorSmartphone /> Sign out everywhere
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
    </footer>
  );
});
