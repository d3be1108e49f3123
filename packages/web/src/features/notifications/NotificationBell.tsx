import { Bell } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Popover } from '../../ui/Popover.tsx';
import { useNotifications } from './useNotifications.ts';
import './notifications.css';

const NotificationList = lazy(() => import('./NotificationList.tsx').then((module) => ({ default: module.NotificationList })));

/** A greater number does not fit beside the bell. */
const SHOWN_MAX = 99;

/** How much there is that the person has not read, and what. */
export function NotificationBell() {
  const [open, setOpen] = useState(false);
  const query = useNotifications();
  const unread = query.data?.unread ?? 0;
  return (
    <Popover
      label="Notifications"
      className="notifications"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button
          variant="ghost"
          className="button-icon notification-bell"
          aria-label={unread === 0 ? 'Notifications' : `Notifications: ${formatQuantity(unread, 'unread', 'unread')}`}
          title="Notifications"
        >
          <Bell aria-hidden="true" />
          {unread === 0 ? null : (
            <span className="notification-count" aria-hidden="true">
              {unread > SHOWN_MAX ? `${SHOWN_MAX}+` : unread}
            </span>
          )}
        </Button>
      }
    >
      <Suspense>
        <NotificationList page={query.data} error={query.error} onRetry={() => void query.refetch()} onLeave={() => setOpen(false)} />
      </Suspense>
    </Popover>
  );
}
