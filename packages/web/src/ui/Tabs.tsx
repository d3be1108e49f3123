import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import './tabs.css';

interface TabsProps<V extends string> {
  value: V;
  onChange: (value: V) => void;
  label: string;
  tabs: readonly { value: V; label: ReactNode; count?: number }[];
  /** What stands at the end of the tab line. */
  end?: ReactNode;
  /** The panel of the chosen tab. */
  children?: ReactNode;
  className?: string;
}

/** One line of tabs and the panel of the chosen one. */
export function Tabs<V extends string>({ value, onChange, label, tabs, end, children, className }: TabsProps<V>) {
  return (
    <Base.Root className={`tabs ${className ?? ''}`} value={value} onValueChange={(next: unknown) => onChange(next as V)}>
      <div className="tabs-line">
        <Base.List className="tabs-list" aria-label={label} activateOnFocus>
          {tabs.map((tab) => (
            <Base.Tab key={tab.value} value={tab.value} className="tabs-tab">
              {tab.label}
              {tab.count === undefined ? null : <span className="dim"> {tab.count}</span>}
            </Base.Tab>
          ))}
        </Base.List>
        {end === undefined ? null : <div className="tabs-end">{end}</div>}
      </div>
      {children === undefined ? null : (
        <Base.Panel value={value} className="tabs-panel">
          {children}
        </Base.Panel>
      )}
    </Base.Root>
  );
}
