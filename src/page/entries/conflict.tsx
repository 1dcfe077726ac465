/** Somebody else saved the entry meanwhile: what was changed by whom, and how to go on. */
import { DataTable } from '../parts/table.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { type Change, changesBetween, withChanges } from './json-text.ts';
import { idOf } from './shape.ts';

type Row = {
  readonly id: string;
  readonly was: string | undefined;
  readonly theirs: Change | undefined;
  readonly mine: Change | undefined;
};

/** All that either has changed. */
function rowsOf(theirs: readonly Change[], mine: readonly Change[]): readonly Row[] {
  const ids = [...new Set([...theirs, ...mine].map(({ path }) => idOf(path)))];
  const at = (changes: readonly Change[], id: string) =>
    changes.find(({ path }) => idOf(path) === id);
  return ids.map((id) => {
    const [their, own] = [at(theirs, id), at(mine, id)];
    return { id, was: (their ?? own)?.before, theirs: their, mine: own };
  });
}

function Raw({ raw }: { readonly raw: string | undefined }) {
  return raw === undefined ? (
    <span className="muted">nothing</span>
  ) : (
    <code className="entry-raw">{raw}</code>
  );
}

const Side = ({ change }: { readonly change: Change | undefined }) =>
  change === undefined ? <span className="muted">the same</span> : <Raw raw={change.after} />;

type ConflictProps = {
  readonly name: string;
  /** What both began with. */
  readonly base: string;
  readonly theirs: string;
  readonly mine: string;
  readonly onTheirs: () => void;
  readonly onMerged: (text: string) => void;
  readonly onClose: () => void;
};

export function Conflict(props: ConflictProps) {
  const { name, base, theirs, mine, onTheirs, onMerged, onClose } = props;
  const own = changesBetween(base, mine);
  const rows = rowsOf(changesBetween(base, theirs), own);
  const both = rows.filter((row) => row.theirs && row.mine && row.theirs.after !== row.mine.after);
  return (
    <Dialog
      title={`Somebody else has changed ${name}`}
      isOpen
      wide
      onClose={onClose}
      actions={
        <>
          <Button onPress={onTheirs}>Take theirs, drop mine</Button>
          <Button variant="primary" onPress={() => onMerged(withChanges(theirs, own))}>
            Put my changes on theirs
          </Button>
        </>
      }
    >
      <p>
        Nothing was saved.{' '}
        {both.length === 0
          ? 'You changed different fields, so that both can be kept.'
          : `You both changed ${both.map(({ id }) => id).join(', ')}: there yours would replace theirs.`}
      </p>
      <DataTable
        caption="What was changed"
        columns={[
          { label: 'Field', cell: ({ id }) => <code>{id}</code> },
          { label: 'Was', long: true, cell: ({ was }) => <Raw raw={was} /> },
          { label: 'Theirs', long: true, cell: (row) => <Side change={row.theirs} /> },
          { label: 'Yours', long: true, cell: (row) => <Side change={row.mine} /> },
        ]}
        rows={rows}
        keyOf={({ id }) => id}
      />
    </Dialog>
  );
}
