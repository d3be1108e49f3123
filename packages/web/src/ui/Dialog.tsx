import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import './popup.css';

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** The title is read aloud but not shown: for a dialog that begins with its own field. */
  titleHidden?: boolean;
  children: ReactNode;
  className?: string;
}

/** A modal dialog: focus stays inside, Escape and the backdrop close it, focus returns to where it was. */
export function Dialog({ open, onOpenChange, title, titleHidden = false, children, className }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="dialog-backdrop" />
        <Base.Popup className={`popup dialog ${className ?? ''}`}>
          {titleHidden ? (
            <Base.Title className="visually-hidden">{title}</Base.Title>
          ) : (
            <div className="dialog-head">
              <Base.Title>{title}</Base.Title>
              <Base.Close render={<Button variant="ghost" className="button-icon" aria-label="Close" />}>
                <X aria-hidden="true" />
              </Base.Close>
            </div>
          )}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
