import { isParleyError, type ParleyClientError } from '@parley/client';
import { MessageCircleOff } from 'lucide-react';

import { Button } from '../components/ui/button.tsx';
import { Empty } from '../components/ui/empty.tsx';
import { problemText } from '../lib/problem.ts';
import { Link } from '../routing/link.tsx';
import { talksPath } from '../routing/route.ts';

/** Why there is no talk to show. */
export function NoRoom({ error }: { error: ParleyClientError }) {
  const isForeign = isParleyError(error, 'not_a_participant');
  return (
    <div role="alert" className="flex h-full">
      <Empty
        icon={<MessageCircleOff />}
        title={isForeign ? 'Not one of your talks' : 'This talk could not be opened'}
        isHeading
        text={isForeign ? 'It is not there, or you are not in it any more.' : problemText(error)}
      >
        <Button asChild variant="outline">
          <Link href={talksPath}>All talks</Link>
        </Button>
      </Empty>
    </div>
  );
}
