import type { EstimatesSetting } from '@sightglass/contract/routes/settings';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { asProblem } from '../../../api/ProblemState.tsx';
import { estimatesQuery, putEstimates } from '../../../api/settings.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { Switch } from '../../../ui/Switch.tsx';
import { LastChange } from '../LastChange.tsx';
import { SettingLoader } from '../SettingLoader.tsx';
import { SettingsPage, useMayChange } from '../SettingsPage.tsx';

/** Whether the tokens of calls without usage are counted. */
export function EstimatesPage() {
  const query = useQuery(estimatesQuery);
  return (
    <SettingsPage title="Estimates">
      <SettingLoader query={query} what="The setting for estimates">
        {(setting) => <Estimates setting={setting} />}
      </SettingLoader>
    </SettingsPage>
  );
}

/** One switch, which waits for the server and says what happened. */
function Estimates({ setting }: { setting: EstimatesSetting }) {
  const mayChange = useMayChange();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: putEstimates,
    onSuccess: (after) => client.setQueryData(estimatesQuery.queryKey, after),
  });
  return (
    <div className="settings">
      <Panel title="Estimates">
        <div className="setting-body">
          <Switch
            label="Estimate the tokens of calls that tell none"
            description={
              setting.enabled
                ? 'On: the tokens of a model or embedding call without usage are counted from its texts.'
                : 'Off: a call without usage has no tokens and no cost.'
            }
            checked={setting.enabled}
            disabled={!mayChange || change.isPending}
            onChange={(enabled) => change.mutate(enabled)}
          />
          <ul className="setting-text setting-facts">
            <li>
              Streamed calls often come without usage. With OpenAI, clients get it by asking for it (stream_options.include_usage): that is better.
            </li>
            <li>What a client sent is never replaced, and a call that failed, still runs or came without its texts is not estimated.</li>
            <li>
              Estimates are marked everywhere: ≈ before the number, “estimate” beside the cost, <code className="mono">cost_source: estimated</code>{' '}
              in the API.
            </li>
            <li>
              OpenAI’s models are counted with their own tokenizer. Others have one of their own, which often counts more, some by half; images,
              sounds, files and hidden thoughts are not counted. The true cost is often higher.
            </li>
          </ul>
          <LastChange setting={setting} />
          <p role="status" className={change.isSuccess || change.error !== null ? undefined : 'visually-hidden'}>
            {change.error !== null ? (
              <span className="worse">Not done: {asProblem(change.error).message}</span>
            ) : change.isSuccess ? (
              `Switched ${change.data.enabled ? 'on' : 'off'}. It holds for what arrives from now on.`
            ) : (
              ''
            )}
          </p>
        </div>
      </Panel>
    </div>
  );
}
