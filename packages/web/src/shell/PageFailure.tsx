import { ErrorState } from '../ui/StateMessage.tsx';
import { Page } from './Page.tsx';

/** A page that broke or whose files could not be loaded: after an update the old ones are gone, so a reload is what helps. */
export function PageFailure({ error }: { error: unknown }) {
  const message = error instanceof Error ? error.message : String(error);
  const missingFile = /dynamically imported module|module script/i.test(message);
  return (
    <Page title="Something broke">
      <ErrorState
        title={missingFile ? 'Sightglass was updated' : 'This page broke'}
        detail={missingFile ? 'The page belongs to the version before. Load it again.' : message}
        onRetry={() => location.reload()}
      />
    </Page>
  );
}
