import {
  Toast,
  ToastDescription,
  ToastProvider,
  ToastTitle,
  ToastViewport,
} from '../components/ui/toast.tsx';
import { Link } from '../routing/link.tsx';
import { talkPath } from '../routing/route.ts';
import { dismiss, useNotices } from './notices.ts';

const SHOWN_MS = 8_000;

export function NoticeList() {
  const notices = useNotices();
  return (
    <ToastProvider duration={SHOWN_MS} swipeDirection="right" label="Notice">
      {notices.map(({ key, title, text, conversationId }) => (
        <Toast key={key} type="background" onOpenChange={(isOpen) => !isOpen && dismiss(key)}>
          <ToastTitle>
            {conversationId === undefined ? (
              title
            ) : (
              <Link
                href={talkPath(conversationId)}
                onClick={() => dismiss(key)}
                className="underline-offset-4 hover:underline"
              >
                {title}
              </Link>
            )}
          </ToastTitle>
          {text !== undefined && <ToastDescription>{text}</ToastDescription>}
        </Toast>
      ))}
      <ToastViewport />
    </ToastProvider>
  );
}
