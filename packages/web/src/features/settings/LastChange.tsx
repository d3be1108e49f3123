import { useQuery } from '@tanstack/react-query';
import { apiKeysQuery } from '../../api/settings.ts';
import { useShell } from '../../shell/shellContext.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import type { Changed } from './useSettingForm.ts';

/** When a setting was changed last, and by whom. */
export function LastChange({ setting }: { setting: Changed }) {
  if (setting.updated_at === null) return <p className="setting-change">Never changed.</p>;
  return (
    <p className="setting-change">
      Changed <RelativeTime time={setting.updated_at} />
      {setting.updated_by === null ? null : (
        <>
          {' by '}
          <Who id={setting.updated_by} />
        </>
      )}
      .
    </p>
  );
}

/** A person or a key by the name that is known of them, else by id. */
export function Who({ id }: { id: string }) {
  const { me } = useShell();
  const isKey = id.startsWith('key_');
  const keys = useQuery({ ...apiKeysQuery, enabled: isKey && me.permissions.includes('keys.manage') });
  if (id === me.user?.id) return <>you</>;
  const name = keys.data?.find((key) => key.id === id)?.name;
  if (name !== undefined) return <span title={id}>the key “{name}”</span>;
  return <span className="mono">{id}</span>;
}
