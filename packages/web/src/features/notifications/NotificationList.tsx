import type { Notification } from '@sightglass/contract/notification';
import type { NotificationPage } from '@sightglass/contract/routes/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, CheckCheck } from 'lucide-react';
import { notificationsQuery, readNotifications } from '../../api/notifications.ts';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { SeverityTag } from '../alerts/AlertTags.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { notificationLink } from './notificationLink.ts';

interface NotificationListProps {
  /** Undefined while it is on its way. */
  page: NotificationPage | undefined;
  error: Error | null;
  onRetry: () => void;
  /** A link was followed. */
  onLeave: () => void;
}

/** The newest notifications; what is read is remembered for the person, in every browser. */
export function NotificationList({ page, error, onRetry, onLeave }: NotificationListProps) {
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: (ids: readonly string[] | undefined) => readNotifications(ids),
    onSuccess: () => client.invalidateQueries({ queryKey: notificationsQuery.queryKey }),
  });
  return (
    <>
      <header className="notifications-head">
        <h2>Notifications</h2>
        <Button variant="ghost" disabled={page === undefined || page.unread === 0 || read.isPending} onClick={() => read.mutate(undefined)}>
          <CheckCheck aria-hidden="true" />
          Mark all as read
        </Button>
      </header>
      {read.error === null ? null : (
        <p className="worse notifications-problem" role="alert">
          Not marked as read: {asProblem(read.error).message}
        </p>
      )}
      {page === undefined ? (
        error === null ? (
          <div className="notifications-pending" aria-busy="true">
            <Skeleton height="36px" />
            <Skeleton height="36px" />
          </div>
        ) : (
          <ProblemState error={error} what="The notifications could not be read" onRetry={onRetry} />
        )
      ) : page.items.length === 0 ? (
        <p className="notifications-none">Nothing yet. Alerts, and what goes wrong with rules and channels, is told here.</p>
      ) : (
        <ul className="notifications-list">
          {page.items.map((item) => (
            <Item key={item.id} item={item} busy={read.isPending} onRead={() => read.mutate([item.id])} onLeave={onLeave} />
          ))}
        </ul>
      )}
      <footer className="notifications-foot">
        <Link to="/alerts" className="link" onClick={onLeave}>
          Open alerts
        </Link>
        {page?.next_cursor === null || page === undefined ? null : <span className="dim">The newest {page.items.length}; kept for 90 days</span>}
      </footer>
    </>
  );
}

interface ItemProps {
  item: Notification;
  busy: boolean;
  onRead: () => void;
  onLeave: () => void;
}

function Item({ item, busy, onRead, onLeave }: ItemProps) {
  const isUnread = item.read_at === null;
  const follow = () => {
    if (isUnread) onRead();
    onLeave();
  };
  return (
    <li className={isUnread ? 'notification notification-unread' : 'notification'}>
      <div className="notification-line">
        {item.kind === 'alert_resolved' ? <Tag tone="ok">Resolved</Tag> : <SeverityTag severity={item.severity} />}
        <span className="dim">
          <RelativeTime time={item.created_at} />
        </span>
        {isUnread ? (
          <IconButton label="Mark as read" disabled={busy} onClick={onRead}>
            <Check aria-hidden="true" />
          </IconButton>
        ) : null}
      </div>
      <Link {...notificationLink(item)} className="notification-title" onClick={follow}>
        {isUnread ? <span className="visually-hidden">Unread: </span> : null}
        {item.title}
      </Link>
      {item.message === '' || item.message === item.title ? null : <p title={item.message}>{item.message}</p>}
    </li>
  );
}
