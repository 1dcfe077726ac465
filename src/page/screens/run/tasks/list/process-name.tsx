/** A process: its own name first, since the workflows around it are long. */
import { splitName } from '../model/parts.ts';

export function ProcessName({ name }: { readonly name: string }) {
  const [within, own] = splitName(name);
  return (
    <span className="process-name" title={name}>
      {own}
      {within !== '' && (
        <>
          {' '}
          <span className="process-within">in {within.slice(0, -1)}</span>
        </>
      )}
    </span>
  );
}
