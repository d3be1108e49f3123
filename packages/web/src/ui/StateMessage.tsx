import { RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { CopyButton } from './CopyButton.tsx';
import './stateMessage.css';

interface EmptyStateProps {
  title: string;
  /** What to do to see something here. */
  children?: ReactNode;
  actions?: ReactNode;
}

/** There is nothing to show, and what to do about it. */
export function EmptyState({ title, children, actions }: EmptyStateProps) {
  return (
    <div className="state-message">
      <h2>{title}</h2>
      {children === undefined ? null : <div className="state-message-text">{children}</div>}
      {actions === undefined ? null : <div className="state-message-actions">{actions}</div>}
    </div>
  );
}

export interface ErrorStateProps {
  title: string;
  detail: string;
  /** Single things that are wrong: a field and why. */
  items?: readonly { label: string; message: string }[];
  /** Named to whoever runs the server, so that they find the request. */
  traceId?: string | undefined;
  onRetry?: (() => void) | undefined;
}

const NO_ITEMS: NonNullable<ErrorStateProps['items']> = [];

/** Something failed: what, why, what to do, and a way to try again. */
export function ErrorState({ title, detail, items = NO_ITEMS, traceId, onRetry }: ErrorStateProps) {
  return (
    <div className="state-message state-message-error" role="alert">
      <h2>{title}</h2>
      <div className="state-message-text">{detail}</div>
      {items.length === 0 ? null : (
        <ul className="state-message-items">
          {items.map((item) => (
            <li key={`${item.label} ${item.message}`}>
              <code>{item.label}</code> {item.message}
            </li>
          ))}
        </ul>
      )}
      <div className="state-message-actions">
        {onRetry === undefined ? null : (
          <Button onClick={onRetry}>
            <RotateCw aria-hidden="true" />
            Try again
          </Button>
        )}
        {traceId === undefined ? null : (
          <span className="state-message-trace">
            Trace id <code>{traceId}</code>
            <CopyButton text={traceId} label="Copy trace id" />
          </span>
        )}
      </div>
    </div>
  );
}
