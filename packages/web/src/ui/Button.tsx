import type { ComponentProps } from 'react';
import { Tooltip } from './Tooltip.tsx';
import './button.css';

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: 'default' | 'ghost' | 'primary' | 'danger';
  size?: 'default' | 'large';
}

/** A button that never submits a form unless told to (`type="submit"`). */
export function Button({ variant = 'default', size = 'default', className, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={buttonClass(variant, size, className)} {...rest} />;
}

/** The class names of a button, for links that look like one. */
export function buttonClass(variant: ButtonProps['variant'] = 'default', size: ButtonProps['size'] = 'default', extra?: string): string {
  return ['button', variant === 'default' ? '' : `button-${variant}`, size === 'large' ? 'button-large' : '', extra ?? ''].filter(Boolean).join(' ');
}

export interface IconButtonProps extends Omit<ButtonProps, 'aria-label'> {
  /** Says what the button does; shown as tooltip and read aloud. */
  label: string;
  /** Keys that do the same, shown in the tooltip. */
  keys?: string;
}

/** A button that shows an icon only; its label is its tooltip and its accessible name. */
export function IconButton({ label, keys, variant = 'ghost', className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} {...(keys === undefined ? {} : { keys })}>
      <Button variant={variant} className={`button-icon ${className ?? ''}`} aria-label={label} {...rest} />
    </Tooltip>
  );
}
