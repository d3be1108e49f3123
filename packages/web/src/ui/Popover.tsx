import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import './popup.css';

interface PopoverProps {
  /** The button that opens it. */
  trigger: ReactElement;
  /** Read aloud when it opens. */
  label: string;
  children: ReactNode;
  className?: string;
  align?: 'start' | 'center' | 'end';
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** A small panel beside the button that opened it. Escape and a click outside close it. */
export function Popover({ trigger, label, children, className, align = 'start', open, onOpenChange }: PopoverProps) {
  return (
    <Base.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange === undefined ? {} : { onOpenChange: (next: boolean) => onOpenChange(next) })}
    >
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="popup-positioner" align={align} sideOffset={6} collisionPadding={8}>
          <Base.Popup className={`popup popup-pad ${className ?? ''}`} aria-label={label}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
