/** A menu of actions at a button. Loaded when the first one opens: the overlays of React Aria are large. */
import type { RefObject } from 'react';
import { Menu as AriaMenu, MenuItem } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import './menu.css';

export type MenuAction = {
  readonly id: string;
  readonly label: string;
  /** The key that does the same. */
  readonly shortcut?: string;
  readonly tone?: 'danger';
  readonly isDisabled?: boolean;
  readonly run: () => void;
};

type MenuProps = {
  /** What the actions are about. */
  readonly label: string;
  readonly actions: readonly MenuAction[];
  /** The button beside which it opens, and which has the focus afterwards. */
  readonly at: RefObject<Element | null>;
  readonly onClose: () => void;
};

export function Menu({ label, actions, at, onClose }: MenuProps) {
  return (
    <Popover
      className="menu-ground"
      aria-label={label}
      triggerRef={at}
      placement="bottom end"
      isOpen
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <AriaMenu className="menu" aria-label={label} autoFocus="first" onClose={onClose}>
        {actions.map(({ id, label, shortcut, tone, isDisabled = false, run }) => (
          <MenuItem
            key={id}
            id={id}
            className="menu-item"
            data-tone={tone}
            textValue={label}
            isDisabled={isDisabled}
            onAction={run}
          >
            <span>{label}</span>
            {shortcut !== undefined && <kbd aria-hidden="true">{shortcut}</kbd>}
          </MenuItem>
        ))}
      </AriaMenu>
    </Popover>
  );
}
