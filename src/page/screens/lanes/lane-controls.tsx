/** Pausing, capacity and deletion of a lane. Each is in force at once, and can be undone. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { LaneView } from '../../../core/runs/view.ts';
import { useClient, useMay } from '../../app/context.tsx';
import { useHelp } from '../../parts/api-document.ts';
import { Help } from '../../parts/help.tsx';
import { sentenceOf } from '../../parts/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { NumberInput } from '../../ui/forms/number.tsx';
import { Switch } from '../../ui/forms/switch.tsx';
import { toast } from '../../ui/toast.tsx';
import { LaneState, Meter } from './lane-state.tsx';

type Props = { readonly lane: LaneView };
type Change = { readonly capacity?: number; readonly paused?: boolean };

function sentenceAbout({ paused, active, queued, capacity }: LaneView): string {
  if (paused) {
    return queued > 0
      ? 'It is paused: nobody gets a place until it is resumed. Runs that have one go on.'
      : 'It is paused: runs that come now wait.';
  }
  if (active.length > capacity)
    return 'It has more runs than places since its capacity was lowered; they go on.';
  if (active.length === capacity) return 'It is full: runs that come now wait.';
  return 'It has free places: the next run starts at once.';
}

function useChange(name: string) {
  const client = useClient();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (wanted: Change) => client.putLane(name, wanted),
    onSuccess: (lane) => {
      // Its answer does not tell what its runs are.
      queries.setQueryData<LaneView>(
        ['lanes', name],
        (known) => known && { ...known, capacity: lane.capacity, paused: lane.paused },
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['lanes'] }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'problem' }),
  });
  /** `back` undoes it. */
  const set = (wanted: Change, text: string, back: Change): void =>
    change.mutate(wanted, {
      onSuccess: () => toast({ text, action: { label: 'Undo', run: () => change.mutate(back) } }),
    });
  return { set, isPending: change.isPending };
}

function Capacity({ lane, set, isPending }: Props & ReturnType<typeof useChange>) {
  const help = useHelp('LaneChange');
  const [wanted, setWanted] = useState<number>();
  const shown = wanted ?? lane.capacity;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (shown === lane.capacity || isPending) return;
    set({ capacity: shown }, `The capacity of ${lane.name} is ${shown}.`, {
      capacity: lane.capacity,
    });
    setWanted(undefined);
  };
  return (
    <form className="lane-capacity" onSubmit={submit}>
      <NumberInput
        label="Capacity"
        description={<Help text={help('capacity')} />}
        minValue={1}
        value={shown}
        onChange={(next) => setWanted(Number.isNaN(next) ? undefined : next)}
      />
      <Button type="submit" isDisabled={shown === lane.capacity || isPending}>
        Change
      </Button>
    </form>
  );
}

function Delete({ lane }: Props) {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { name, capacity, paused } = lane;
  const restore = (): void =>
    void client
      .putLane(name, { capacity, paused })
      .then(() => queries.invalidateQueries({ queryKey: ['lanes'] }))
      .catch((error: unknown) => toast({ text: sentenceOf(error), tone: 'problem' }));
  const remove = useMutation({
    mutationFn: () => client.deleteLane(name),
    onSuccess: async () => {
      toast({ text: `The lane ${name} is deleted.`, action: { label: 'Undo', run: restore } });
      await navigate({ to: '/lanes' });
      queries.removeQueries({ queryKey: ['lanes', name] });
      await queries.invalidateQueries({ queryKey: ['lanes'] });
    },
    onError: (error) => toast({ text: sentenceOf(error), tone: 'problem' }),
  });
  const idle = lane.active.length + lane.queued === 0;
  return (
    <Button
      variant="danger"
      isDisabled={!idle || remove.isPending}
      onPress={() => remove.mutate()}
      {...(!idle && { 'aria-label': 'Delete the lane: only when no run is in it' })}
    >
      Delete the lane
    </Button>
  );
}

export function LaneControls({ lane }: Props) {
  const may = useMay('admin');
  const change = useChange(lane.name);
  return (
    <div className="card lane-controls">
      <div className="lane-summary">
        <div className="lane-now">
          <LaneState lane={lane} /> <Meter lane={lane} />
        </div>
        <p>{sentenceAbout(lane)}</p>
      </div>
      {may && (
        <>
          <Capacity lane={lane} {...change} />
          <div className="lane-buttons">
            <Switch
              isSelected={lane.paused}
              isDisabled={change.isPending}
              onChange={(paused) =>
                change.set(
                  { paused },
                  `The lane ${lane.name} is ${paused ? 'paused' : 'resumed'}.`,
                  {
                    paused: !paused,
                  },
                )
              }
            >
              Paused
            </Switch>
            <Delete lane={lane} />
          </div>
        </>
      )}
    </div>
  );
}
