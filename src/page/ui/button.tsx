import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
} from 'react-aria-components/Button';
import './button.css';

export type ButtonProps = AriaButtonProps & {
  /** `primary` for the one thing that a screen is for, `danger` for what takes something away. */
  readonly variant?: 'plain' | 'primary' | 'danger' | 'quiet';
};

export function Button({ variant = 'plain', ...props }: ButtonProps) {
  return <AriaButton {...props} className="button" data-variant={variant} />;
}
