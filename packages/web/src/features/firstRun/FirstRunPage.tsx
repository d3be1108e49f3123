import { Page } from '../../shell/Page.tsx';
import { FirstRun } from './FirstRun.tsx';

/** How to send data, at any time. */
export function FirstRunPage() {
  return (
    <Page title="Get started">
      <FirstRun />
    </Page>
  );
}
