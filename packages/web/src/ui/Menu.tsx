import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import './popup.css';

interface MenuProps {
  trigger: ReactElement;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
}

/** A list of actions under a button; arrow keys, type-ahead and Escape come with it. */
export function Menu({ trigger, children, align = 'start' }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="popup-positioner" align={align} sideOffset={6} collisionPadding={8}>
          <Base.Popup className="popup menu">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface MenuItemProps {
  icon?: ReactNode;
  children: ReactNode;
  /** What stands at the end of the line: keys, a count. */
  end?: ReactNode;
  disabled?: boolean;
  onSelect: () => void;
}

export function MenuItem({ icon, children, end, disabled = false, onSelect }: MenuItemProps) {
  return (
    <Base.Item className="menu-item" disabled={disabled} onClick={onSelect}>
      {icon}
      {children}
      {end === undefined ? null : <span className="menu-item-end">{end}</span>}
    </Base.Item>
  );
}

interface MenuChoiceProps {
  label: string;
  value: string;
  options: readonly { value: string; label: string; icon?: ReactNode }[];
  onChange: (value: string) => void;
}

/** A group of a menu in which exactly one is chosen. */
export function MenuChoice({ label, value, options, onChange }: MenuChoiceProps) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next: unknown) => onChange(String(next))} aria-label={label}>
      <div className="menu-label" aria-hidden="true">
        {label}
      </div>
      {options.map((option) => (
        <Base.RadioItem key={option.value} value={option.value} className="menu-item" closeOnClick>
          {option.icon}
          {option.label}
          <Base.RadioItemIndicator className="menu-item-end">
            <Check aria-hidden="true" />
          </Base.RadioItemIndicator>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="menu-separator" />;
}
