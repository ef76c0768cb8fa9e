import type { ConversationResult } from '@parley/client/react';
import { LogOut } from 'lucide-react';
import { useState } from 'react';

import { Confirm } from '../components/ui/alert-dialog.tsx';
import { Button } from '../components/ui/button.tsx';
import { problemText } from '../lib/problem.ts';
import { notify } from '../notices/notices.ts';
import { navigate, talksPath } from '../routing/route.ts';

interface LeaveGroupProps {
  room: ConversationResult;
  onLeft: () => void;
}

/** The way out of a group. */
export function LeaveGroup({ room, onLeft }: LeaveGroupProps) {
  const [isLeaving, setLeaving] = useState(false);
  const leave = () => {
    room.leave().then(
      () => {
        onLeft();
        navigate(talksPath);
      },
      (error: unknown) => notify({ title: problemText(error) }),
    );
  };
  return (
    <>
      <Button
        variant="destructive"
        size="small"
        className="justify-self-start"
        onClick={() => setLeaving(true)}
      >
        <LogOut /> Leave the group
      </Button>
      {isLeaving && (
        <Confirm
          title="Leave the group?"
          text="You will not see what is written here any more."
          action="Leave"
          refusal="Stay"
          onConfirm={leave}
          onClose={() => setLeaving(false)}
        />
      )}
    </>
  );
}
