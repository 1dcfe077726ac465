/** A text of the API's document: words between backticks are code. */
import { Fragment } from 'react';

export function Help({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null;
  return text
    .split('`')
    .map((part, at) => ({ part, at, isCode: at % 2 === 1 }))
    .map(({ part, at, isCode }) =>
      isCode ? <code key={at}>{part}</code> : <Fragment key={at}>{part}</Fragment>,
    );
}
