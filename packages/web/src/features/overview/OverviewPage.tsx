import { Page } from '../../shell/Page.tsx';
export function OverviewPage() {
  return (
    <Page title="OverviewPage" timed>
      .
    </Page>
  );
}
