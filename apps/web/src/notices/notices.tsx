import { Link } from '../routing/link.tsx';
import { talkPath } from '../routing/route.ts';
import { Icon } from '../ui/icon.tsx';
import type { Notice } from './use-notices.ts';

interface NoticesProps {
  notices: readonly Notice[];
  onDismiss: (key: string) => void;
}

export function Notices({ notices, onDismiss }: NoticesProps) {
  return (
    <div className="notices" role="status">
      {notices.map(({ key, conversationId, text }) => (
        <div key={key} className="notice">
          <Icon name="offer" />
          <Link href={talkPath(conversationId)} onClick={() => onDismiss(key)}>
            {text}
          </Link>
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => onDismiss(key)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
