/** A new domain: a name, without quotas at first. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { SluiceError } from '../../../client/errors.ts';
import { useClient } from '../../app/context.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextInput } from '../../ui/fields.tsx';
import { Problem } from '../../ui/states.tsx';

export function AddDomain({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const form = useId();
  const [name, setName] = useState('');
  const add = useMutation({
    mutationFn: async () => {
      const there = await client.domains.list();
      // A PUT would take away the quotas of the one that is there.
      if (there.some((each) => each.name === name))
        throw new SluiceError('conflict', 409, `There is a domain ${name} already.`);
      return client.domains.put(name, {});
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['domains'] });
      onClose();
      await navigate({ to: '/domains/$domain', params: { domain: made.name } });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!add.isPending) add.mutate();
  };
  return (
    <Dialog
      title="Add a domain"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Close</Button>
          <Button type="submit" form={form} variant="primary" isDisabled={add.isPending}>
            Add the domain
          </Button>
        </>
      }
    >
      <form id={form} className="form" onSubmit={submit}>
        <TextInput
          label="Name"
          description="Small letters, digits and hyphens. Its quotas and policy come next."
          autoFocus
          isRequired
          value={name}
          onChange={setName}
        />
      </form>
      {add.isError && <Problem error={add.error} what="The domain" />}
    </Dialog>
  );
}
