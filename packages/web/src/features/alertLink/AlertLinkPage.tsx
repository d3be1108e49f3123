import type { LinkedAlert } from '@sightglass/contract/routes/alerts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { acknowledgeByLink, linkedAlertQuery } from '../../api/alerts.ts';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { SeverityTag } from '../alerts/AlertTags.tsx';
import { SignInCard, SignInProblem } from '../signIn/SignInCard.tsx';
import '../../ui/stateMessage.css';
import './alertLink.css';

/** The link of a message, on a phone and without a session: what it is, one button, and what came of it. */
export function AlertLinkPage({ token }: { token: string }) {
  const client = useQueryClient();
  const query = useQuery({ ...linkedAlertQuery(token), enabled: token !== '' });
  const acknowledge = useMutation({
    mutationFn: () => acknowledgeByLink(token),
    onSuccess: (after) => client.setQueryData(linkedAlertQuery(token).queryKey, after),
    // Somebody was faster: what they did is shown.
    onError: () => client.invalidateQueries({ queryKey: linkedAlertQuery(token).queryKey }),
  });
  const toAlerts = (
    <a className={buttonClass('default', 'large')} href="/alerts">
      Open Sightglass
    </a>
  );
  if (token === '' || (query.error !== null && asProblem(query.error).status === 404)) {
    return (
      <SignInCard heading="This link does not work">
        <p>It is not whole, or it is older than 7 days. Open it as it stands in the message, or sign in to see the alert.</p>
        {toAlerts}
      </SignInCard>
    );
  }
  if (query.data === undefined) {
    return (
      <SignInCard heading={query.error === null ? 'Looking for the alert …' : 'The alert is not shown'}>
        {query.error === null ? null : <ProblemState error={query.error} what="The alert could not be read" onRetry={() => void query.refetch()} />}
      </SignInCard>
    );
  }
  const alert = query.data;
  const problem = acknowledge.error === null ? undefined : asProblem(acknowledge.error);
  return (
    <SignInCard heading={alert.rule_name}>
      <div className="alert-link">
        <SeverityTag severity={alert.severity} />
        <p className="alert-link-message">{alert.message}</p>
        <p className="dim">
          Since <RelativeTime time={alert.triggered_at} />
        </p>
        {problem !== undefined && alert.status === 'active' ? <SignInProblem>Not acknowledged: {problem.message}</SignInProblem> : null}
        {alert.status === 'active' ? (
          <Button variant="primary" size="large" disabled={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
            {acknowledge.isPending ? 'Acknowledging …' : 'Acknowledge'}
          </Button>
        ) : (
          <p role="status" className="alert-link-done">
            <Standing alert={alert} isMine={acknowledge.isSuccess} />
          </p>
        )}
      </div>
      {toAlerts}
    </SignInCard>
  );
}

function Standing({ alert, isMine }: { alert: LinkedAlert; isMine: boolean }) {
  if (isMine) return <>Acknowledged. Nobody is told of it again; it stays open until it ends or somebody resolves it.</>;
  if (alert.status === 'resolved') return <>It is resolved already: there is nothing to do.</>;
  return (
    <>
      It was acknowledged
      {alert.acknowledged_at === null ? null : (
        <>
          {' '}
          <RelativeTime time={alert.acknowledged_at} />
        </>
      )}
      {alert.acknowledged_by === null ? null : <> by {alert.acknowledged_by}</>}: somebody looks after it.
    </>
  );
}
