import type { IdentityProvider } from '@sightglass/contract/routes/identityProviders';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { identityProvidersQuery, removeIdentityProvider } from '../../../api/identityProviders.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { signInMethodsQuery } from '../../../api/signIn.ts';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';

interface RemoveProviderProps {
  provider: IdentityProvider;
  onSaid: (words: string) => void;
  onClose: () => void;
}

export function RemoveProvider({ provider, onSaid, onClose }: RemoveProviderProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeIdentityProvider(provider.id),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: identityProvidersQuery.queryKey }),
        client.invalidateQueries({ queryKey: signInMethodsQuery.queryKey }),
      ]);
      onSaid(`${provider.name} was removed.`);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      title={`Remove ${provider.name}?`}
      confirm={remove.isPending ? 'Waiting …' : 'Remove'}
      variant="danger"
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onCancel={onClose}
    >
      <p>Nobody can sign in with it any more. Accounts stay; who has no password needs a link by mail, or another provider.</p>
      <p>Whoever is signed in stays so. Added again with the same issuer, it finds its people again.</p>
      {remove.error === null ? null : (
        <p className="worse" role="alert">
          Not removed: {asProblem(remove.error).message}
        </p>
      )}
    </ConfirmDialog>
  );
}
