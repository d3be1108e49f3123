import { useSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import '../../ui/narrowCards.css';
import '../../ui/table.css';
import { AlertsNav } from '../alerts/AlertsNav.tsx';
import { viewOfSearch } from './anomalySearch.ts';
import { CrossingPanel } from './CrossingPanel.tsx';
import { FoundPanel } from './FoundPanel.tsx';
import { ProposalsPanel } from './ProposalsPanel.tsx';
import { SeriesChoice } from './SeriesChoice.tsx';
import { SeriesPanel } from './SeriesPanel.tsx';
import './anomalies.css';

/** What is unusual for its hour of the week, how often a rule would have told so, and where the trend leads. */
export function AnomaliesPage() {
  const view = viewOfSearch(useSearchText());
  return (
    <Page title="Anomalies · Alerts" heading="Alerts" timed>
      <AlertsNav />
      <div className="anomalies">
        <FoundPanel view={view} />
        {/* What is typed and not yet shown gives way to what is chosen elsewhere. */}
        <SeriesChoice key={`${view.measure} ${view.agentId ?? ''}`} view={view} />
        <SeriesPanel view={view} />
        <CrossingPanel view={view} />
        <ProposalsPanel />
      </div>
    </Page>
  );
}
