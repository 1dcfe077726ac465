/** What runs, as far as the request decides it. */
import { TextInput } from '../../../ui/fields.tsx';
import { OwnInput } from '../fields/own-field.tsx';
import { placeId } from '../model/places.ts';
import { at, textAt } from '../model/request.ts';
import type { OwnField } from '../what/own-fields.ts';
import type { PartProps } from './how.tsx';

type Props = PartProps & {
  readonly own: readonly OwnField[];
  readonly kind: string;
  readonly isTold: boolean;
};

export function What({ own, kind, isTold, request, loaded, errorAt, onChange }: Props) {
  if (loaded && own.length === 0) return null;
  const isRepository = kind === 'nextflow';
  const name = textAt(request, ['pipeline']);
  return (
    <section className="card start-part">
      <h2>What runs</h2>
      {!loaded && (
        <div id={placeId(['pipeline'])}>
          <TextInput
            label={isRepository ? 'Repository' : 'Name'}
            description={
              isRepository
                ? 'What nextflow run takes, with its owner: nf-core/rnaseq, or an address.'
                : 'For people: runs are listed under it.'
            }
            isRequired
            value={name}
            error={name !== '' || isTold ? errorAt(['pipeline']) : undefined}
            onChange={(text) => onChange(['pipeline'], text)}
          />
        </div>
      )}
      {own.map((field) => (
        <OwnInput
          key={field.path.join('.')}
          field={field}
          request={request}
          own={loaded && at(loaded.tree, field.path)}
          error={errorAt(field.path)}
          onChange={(value) => onChange(field.path, value)}
        />
      ))}
    </section>
  );
}
