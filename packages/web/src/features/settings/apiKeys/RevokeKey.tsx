import type { ApiKey } from '@sightglass/contract/routes/apiKeys';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { API_KEYS_KEY, revokeApiKey } from '../../../api/apiKeys.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { RelativeTime } from '../../../time/RelativeTime.tsx';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';

interface RevokeKeyProps {
  apiKey: ApiKey;
  onRevoked: (words: string) => void;
  onClose: () => void;
}

/** Asks before a key is revoked, and says when it was used last. */
export function RevokeKey({ apiKey, onRevoked, onClose }: RevokeKeyProps) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeApiKey(apiKey.id),
    onSuccess: async ({ name }) => {
      await client.invalidateQueries({ queryKey: API_KEYS_KEY });
      onRevoked(`The key “${name}” was revoked. It is refused within a second, everywhere.`);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      title={`Revoke the key “${apiKey.name}”?`}
      confirm={revoke.isPending ? 'Waiting …' : 'Revoke'}
      variant="danger"
      busy={revoke.isPending}
      onConfirm={() => revoke.mutate()}
      onCancel={onClose}
    >
      <p>
        Whatever still uses <code className="mono">{apiKey.prefix}…</code> is refused within a second. A revoked key cannot be brought back.
      </p>
      <p>
        {apiKey.last_used_at === null ? (
          'It was never used.'
        ) : (
          <>
            It was last used <RelativeTime time={apiKey.last_used_at} />.
          </>
        )}
      </p>
      {revoke.error === null ? null : (
        <p className="worse" role="alert">
          Not revoked: {asProblem(revoke.error).message}
        </p>
      )}
    </ConfirmDialog>
  );
}
