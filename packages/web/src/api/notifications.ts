import type { NotificationPage } from '@sightglass/contract/routes/notifications';
import { queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const PATH = '/api/obs/notifications';
/** As many as the list shows. */
const NEWEST = 30;

/** The newest notifications, and how many the person has not read. */
export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: ({ signal }) => requestJson<NotificationPage>(PATH, { query: { limit: NEWEST }, signal }),
});

/** Marks these as read, or all there are. */
export const readNotifications = (ids?: readonly string[]) => requestJson<{ unread: number }>(`${PATH}/read`, { method: 'POST', body: { ids } });
