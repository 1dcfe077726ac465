/** A new lane: its name and capacity. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { SluiceError } from '../../../client/errors.ts';
import { useClient } from '../../app/context.tsx';
import { useHelp } from '../../parts/api-document.ts';
import { Help } from '../../parts/help.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextInput } from '../../ui/fields.tsx';
import { NumberInput } from '../../ui/forms/number.tsx';
import { Problem } from '../../ui/states.tsx';

/** Runs at once; the server says how many are too many. */
const CAPACITY_MIN = 1;

export function AddLane({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const help = useHelp('LaneChange');
  const form = useId();
  const [name, setName] = useState('');
  const [capacity, setCapacity] = useState(CAPACITY_MIN);
  const add = useMutation({
    mutationFn: async () => {
      const found = await client.getLane(name).catch((error: unknown) => {
        if (error instanceof SluiceError && error.code === 'not_found') return undefined;
        throw error;
      });
      // A PUT would change the one that is there.
      if (found)
        throw new SluiceError('conflict', 409, `There is a lane ${name} already.`, {
          fields: [{ field: 'name', message: 'is the name of a lane that is there' }],
        });
      return client.putLane(name, { capacity });
    },
    onSuccess: async ({ name: made }) => {
      await queries.invalidateQueries({ queryKey: ['lanes'] });
      onClose();
      await navigate({ to: '/lanes/$lane', params: { lane: made } });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!add.isPending) add.mutate();
  };
  return (
    <Dialog
      title="Add a lane"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Close</Button>
          <Button type="submit" form={form} variant="primary" isDisabled={add.isPending}>
            Add the lane
          </Button>
        </>
      }
    >
      <form id={form} className="form" onSubmit={submit}>
        <TextInput
          label="Name"
          description="Small letters, digits and hyphens."
          autoFocus
          isRequired
          value={name}
          onChange={setName}
        />
        <NumberInput
          label="Capacity"
          description={<Help text={help('capacity')} />}
          minValue={CAPACITY_MIN}
          value={capacity}
          onChange={(next) => setCapacity(Number.isNaN(next) ? CAPACITY_MIN : next)}
        />
      </form>
      {add.isError && <Problem error={add.error} what="The lane" />}
    </Dialog>
  );
}
