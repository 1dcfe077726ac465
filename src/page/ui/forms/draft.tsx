/** A field of a filter. */
import { type RefObject, useEffect, useEffectEvent, useId, useState } from 'react';
import '../fields.css';

/** So long after the last key the list follows. */
const TYPED_MS = 250;

type DraftProps = {
  readonly label: string;
  readonly value: string | undefined;
  readonly onCommit: (value: string) => void;
  readonly type?: 'search' | 'text';
  readonly placeholder?: string;
  readonly help?: string;
  readonly input?: RefObject<HTMLInputElement | null>;
  readonly className?: string;
};

/** A field whose text counts when typing pauses. */
export function Draft({
  label,
  value = '',
  onCommit,
  type = 'text',
  placeholder,
  help,
  input,
  className,
}: DraftProps) {
  const id = useId();
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  // The address changed by itself, such as by a saved view.
  if (known !== value) {
    setKnown(value);
    if (text.trim() !== value) setText(value);
  }
  const commit = useEffectEvent(() => {
    if (text.trim() !== value) onCommit(text.trim());
  });
  useEffect(() => {
    const timer = setTimeout(() => commit(), text === '' ? 0 : TYPED_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className={`field ${className ?? ''}`}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        ref={input}
        className="field-input"
        type={type}
        value={text}
        placeholder={placeholder}
        aria-describedby={help && `${id}-help`}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Enter') commit();
          if (key === 'Escape' && type === 'search') currentTarget.blur();
        }}
      />
      {help && (
        <span className="field-help" id={`${id}-help`}>
          {help}
        </span>
      )}
    </div>
  );
}
