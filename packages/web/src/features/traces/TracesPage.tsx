import { Page } from '../../shell/Page.tsx';
export function TracesPage() {
  return (
    <Page title="TracesPage" timed>
      .
    </Page>
  );
}
