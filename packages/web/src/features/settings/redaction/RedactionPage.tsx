import { useQuery } from '@tanstack/react-query';
import { redactionQuery } from '../../../api/settings.ts';
import { SettingLoader } from '../SettingLoader.tsx';
import { SettingsPage } from '../SettingsPage.tsx';
import { RedactionForm } from './RedactionForm.tsx';

/** What is masked before it is stored. */
export function RedactionPage() {
  const query = useQuery(redactionQuery);
  return (
    <SettingsPage title="Redaction">
      <SettingLoader query={query} what="The masking rules">
        {(saved) => <RedactionForm saved={saved} />}
      </SettingLoader>
    </SettingsPage>
  );
}
