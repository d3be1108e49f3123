import { Page } from '../../shell/Page.tsx';
export function FirstRunPage() {
  return (
    <Page title="FirstRunPage" timed>
      .
    </Page>
  );
}
