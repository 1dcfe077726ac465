/** Making a token: for whom, with which scope, until when. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { SluiceError } from '../../../client/errors.ts';
import { SCOPES, type Scope } from '../../../core/access/scopes.ts';
import { useCaller, useClient } from '../../app/context.tsx';
import { useHelp } from '../../parts/api-document.ts';
import { Help } from '../../parts/help.tsx';
import { SCOPE_WORDS } from '../../parts/scope-words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextInput } from '../../ui/fields.tsx';
import { Select } from '../../ui/forms/select.tsx';
import { Problem } from '../../ui/states.tsx';
import { endAfter, LIVES } from './lives.ts';
import { Secret } from './secret.tsx';

type Props = { readonly domain: string | undefined; readonly onClose: () => void };

const errorAt = (error: unknown, field: string): string | undefined =>
  error instanceof SluiceError
    ? error.fields.find((each) => each.field === field)?.message
    : undefined;

/** What is filled in, and the request that it makes. */
function useNewToken(domain: string | undefined) {
  const client = useClient();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  // The least that is of use.
  const [scope, setScope] = useState<Scope>('read');
  const [life, setLife] = useState('90');
  const make = useMutation({
    mutationFn: () =>
      client.tokens.create({
        name,
        scopes: [scope],
        expires_at: endAfter(life, Date.now()),
        ...(domain !== undefined && { domain }),
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  return { name, setName, scope, setScope, life, setLife, make };
}

export function NewToken({ domain, onClose }: Props) {
  const own = useCaller().domain;
  const help = useHelp('TokenRequest');
  const form = useId();
  const { name, setName, scope, setScope, life, setLife, make } = useNewToken(domain);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!make.isPending) make.mutate();
  };
  if (make.data !== undefined)
    return (
      <Secret title={`The token ${make.data.name} is made`} made={make.data} onClose={onClose} />
    );
  const nameError = errorAt(make.error, 'name');
  return (
    <Dialog
      title={`Make a token of ${domain ?? own}`}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Close</Button>
          <Button type="submit" form={form} variant="primary" isDisabled={make.isPending}>
            Make the token
          </Button>
        </>
      }
    >
      <form id={form} className="form" onSubmit={submit}>
        <TextInput
          label="Name"
          description={<Help text={help('name')} />}
          autoFocus
          isRequired
          value={name}
          onChange={setName}
          {...(nameError !== undefined && { error: nameError })}
        />
        <Select
          label="Scope"
          description="Each includes those before it."
          choices={SCOPES.map((id) => ({ id, label: id, note: SCOPE_WORDS[id] }))}
          value={scope}
          onChange={(id) => setScope(SCOPES.find((each) => each === id) ?? 'read')}
        />
        <Select
          label="Ends"
          description={<Help text={help('expires_at')} />}
          choices={LIVES}
          value={life}
          onChange={setLife}
        />
      </form>
      {make.isError && <Problem error={make.error} what="The token" />}
    </Dialog>
  );
}
