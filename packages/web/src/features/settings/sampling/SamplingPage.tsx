import { useQuery } from '@tanstack/react-query';
import { samplingQuery } from '../../../api/settings.ts';
import { SettingLoader } from '../SettingLoader.tsx';
import { SettingsPage } from '../SettingsPage.tsx';
import { SamplingForm } from './SamplingForm.tsx';

/** How much of traces and logs is kept. */
export function SamplingPage() {
  const query = useQuery(samplingQuery);
  return (
    <SettingsPage title="Sampling">
      <SettingLoader query={query} what="The sampling rules">
        {(saved) => <SamplingForm saved={saved} />}
      </SettingLoader>
    </SettingsPage>
  );
}
