import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { type Acted, actedWords } from './actOnAlerts.ts';

/** What came of an act, until it is put away. */
export function ActReport({ acted, onDismiss }: { acted: Acted | null; onDismiss: () => void }) {
  const words = acted === null ? null : actedWords(acted);
  return (
    <div role="status" className="act-report-place">
      {acted === null || words === null ? null : (
        <div className={acted.refused.length === 0 ? 'act-report' : 'act-report act-report-refused'}>
          <div>
            {words.done === null ? null : <p>{words.done}</p>}
            {words.refused === null ? null : (
              <>
                <p>{words.refused}</p>
                <ul>
                  {acted.refused.map(({ alert, why }) => (
                    <li key={alert.id}>
                      <Link to="/alerts/$alertId" params={{ alertId: alert.id }} className="link">
                        {alert.rule_name}
                      </Link>{' '}
                      {why}
                    </li>
                  ))}
                </ul>
              </>
            )}
          </div>
          <Button variant="ghost" className="button-icon" aria-label="Put this away" onClick={onDismiss}>
            <X aria-hidden="true" />
          </Button>
        </div>
      )}
    </div>
  );
}
