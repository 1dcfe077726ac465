/** What was started from this browser lately, to begin with the same values. */
import { useState } from 'react';
import type { JsonObject } from '../../../../core/json/text.ts';
import { useStore } from '../../../app/store.ts';
import { Select } from '../../../ui/forms/select.tsx';
import { timeText, zone } from '../../../ui/time.tsx';
import { toast } from '../../../ui/toast.tsx';
import { readRecent } from '../model/recent.ts';
import { paramsAt } from '../model/request.ts';
import { shown } from '../model/values.ts';

type Props = {
  readonly storageKey: string;
  readonly current: JsonObject;
  readonly onChoose: (request: JsonObject) => void;
};

const noteOf = (request: JsonObject): string =>
  [...paramsAt(request)].map(([name, value]) => `${name}: ${shown(value)}`).join(', ') ||
  'No parameters';

export function RecentValues({ storageKey, current, onChoose }: Props) {
  const [recent] = useState(() => readRecent(localStorage, storageKey));
  const which = useStore(zone);
  if (recent.length === 0) return null;
  return (
    <Select
      label="Recent values"
      placeholder="Begin with values of an earlier run"
      choices={recent.map(({ at, request }, index) => ({
        id: String(index),
        label: timeText(at, which),
        note: noteOf(request),
      }))}
      value={null}
      onChange={(id) => {
        const chosen = recent[Number(id)];
        if (!chosen) return;
        onChoose(chosen.request);
        toast({
          text: `These are the values of ${timeText(chosen.at, which)}.`,
          action: { label: 'Undo', run: () => onChoose(current) },
        });
      }}
    />
  );
}
