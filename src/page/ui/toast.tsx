/** Short messages about what was done, with an undo where there is one. What shows them is loaded with the first one. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { useStore } from '../app/store.ts';
import { waiting } from './parts/messages.ts';

export { toast } from './parts/messages.ts';

const Region = lazy(() => import('./parts/toast-region.tsx'));

export function Toasts() {
  const isWanted = useStore(waiting).length > 0;
  const [isUsed, use] = useState(false);
  useEffect(() => {
    if (isWanted) use(true);
  }, [isWanted]);
  return isUsed || isWanted ? (
    <Suspense fallback={null}>
      <Region />
    </Suspense>
  ) : null;
}
