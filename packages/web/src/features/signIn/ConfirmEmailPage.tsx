import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ME_KEY } from '../../api/me.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { confirmEmail, profileQuery } from '../../api/profile.ts';
import { Page } from '../../shell/Page.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { useMailedToken } from './useMailedToken.ts';

/** What the link to a new address opens, for the person who asked for it. */
export function ConfirmEmailPage() {
  const client = useQueryClient();
  const token = useMailedToken();
  const confirm = useMutation({
    mutationFn: () => confirmEmail(token),
    onSuccess: async (profile) => {
      client.setQueryData(profileQuery.queryKey, profile);
      await client.invalidateQueries({ queryKey: ME_KEY });
    },
  });
  const toProfile = (
    <Link to="/settings/profile" className={buttonClass()}>
      To your profile
    </Link>
  );
  return (
    <Page title="Confirm the e-mail address">
      {confirm.isSuccess ? (
        <EmptyState title="The new address holds" actions={toProfile}>
          You sign in as {confirm.data.email} from now on.
        </EmptyState>
      ) : token === '' ? (
        <EmptyState title="This is not a whole link" actions={toProfile}>
          Open the link as it stands in the mail.
        </EmptyState>
      ) : (
        <EmptyState
          title="Use this e-mail address for your account?"
          actions={
            confirm.error === null ? (
              <Button variant="primary" disabled={confirm.isPending} onClick={() => confirm.mutate()}>
                {confirm.isPending ? 'Confirming …' : 'Confirm the address'}
              </Button>
            ) : (
              toProfile
            )
          }
        >
          {confirm.error === null ? (
            'You confirm that mails to the new address reach you.'
          ) : (
            <span className="worse" role="alert">
              {asProblem(confirm.error).message}
            </span>
          )}
        </EmptyState>
      )}
    </Page>
  );
}
