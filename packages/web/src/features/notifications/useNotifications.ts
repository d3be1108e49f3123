import { useQuery } from '@tanstack/react-query';
import { ALERTS_REFRESH_MS } from '../../api/alerts.ts';
import { notificationsQuery } from '../../api/notifications.ts';

/** The newest notifications, looked for again while the page is seen. */
export const useNotifications = () => useQuery({ ...notificationsQuery, refetchInterval: ALERTS_REFRESH_MS });
