import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from './Kbd.tsx';
import './popup.css';

interface TooltipProps {
  text: ReactNode;
  keys?: string;
  /** The element that is described: one element that takes a ref and DOM props. */
  children: ReactElement;
  side?: 'top' | 'bottom' | 'left' | 'right';
}

/** A hint on hover and focus. It repeats or refines what is on the page; nothing is said here alone. */
export function Tooltip({ text, keys, children, side = 'bottom' }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} delay={400} />
      <Base.Portal>
        <Base.Positioner className="popup-positioner" side={side} sideOffset={6} collisionPadding={8}>
          <Base.Popup className="popup tooltip">
            {text}
            {keys === undefined ? null : <Kbd keys={keys} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
