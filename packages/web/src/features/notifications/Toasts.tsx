import { Toast } from '@base-ui/react/toast';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { ALERTS_KEY } from '../../api/alerts.ts';
import { Button } from '../../ui/Button.tsx';
import { SeverityTag } from '../alerts/AlertTags.tsx';
import { notificationLink } from './notificationLink.ts';
import { type AlertToast, freshNotifications, TOASTS_AT_ONCE_MAX, toastsOf } from './toastsOf.ts';
import { useNotifications } from './useNotifications.ts';
import './toasts.css';

/** Two floods of notifications are seen side by side; older ones make room. */
const LIMIT = 2 * (TOASTS_AT_ONCE_MAX + 1);

/** What happens while the page is open. */
export function Toasts() {
  return (
    <Toast.Provider limit={LIMIT}>
      <Watch />
      <Toast.Portal>
        <Toast.Viewport className="toasts" aria-label="New alerts">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

/** Shows nothing itself. */
function Watch() {
  const client = useQueryClient();
  const { add } = Toast.useToastManager<AlertToast>();
  const items = useNotifications().data?.items;
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (items === undefined) return;
    const toasts = toastsOf(freshNotifications(known.current, items));
    known.current = new Set([...(known.current ?? []), ...items.map(({ id }) => id)]);
    for (const toast of toasts) {
      add({
        id: toast.id,
        title: toast.title,
        description: toast.message,
        timeout: toast.timeoutMs,
        // A high priority would hide it from assistive technology until it has the focus; the region is live either way.
        priority: 'low',
        data: toast,
      });
    }
    // The count beside Alerts, and the list, need not wait for their own turn.
    if (toasts.length > 0) void client.invalidateQueries({ queryKey: ALERTS_KEY });
  }, [items, add, client]);
  return null;
}

function ToastList() {
  const { toasts, close } = Toast.useToastManager<AlertToast>();
  return toasts.map((toast) => {
    const { severity, about } = toast.data as AlertToast;
    return (
      <Toast.Root key={toast.id} toast={toast} swipeDirection="right" className={`toast toast-${severity}`}>
        <Toast.Content className="toast-content">
          <SeverityTag severity={severity} />
          <Toast.Title
            className="toast-title"
            render={
              <Link {...notificationLink(about)} onClick={() => close(toast.id)}>
                {toast.title}
              </Link>
            }
          />
          <Toast.Description className="toast-text" />
          {/* The library's own button is hidden from assistive technology while toasts are not pointed at. */}
          <Button variant="ghost" className="button-icon toast-close" aria-label="Put this away" onClick={() => close(toast.id)}>
            <X aria-hidden="true" />
          </Button>
        </Toast.Content>
      </Toast.Root>
    );
  });
}
