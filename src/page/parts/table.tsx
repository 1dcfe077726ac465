/** A list of things: a table, and in a narrow window a card for each. */
import type { ReactNode } from 'react';
import './table.css';

export type Column<Row> = {
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  readonly numeric?: boolean;
  /** It may have words of any length, such as names: they are broken where they have to be. */
  readonly long?: boolean;
  /** Buttons, whose names say enough. */
  readonly buttons?: boolean;
};

type TableProps<Row> = {
  /** What the list is of, for screen readers. */
  readonly caption: string;
  /** The first names the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
};

// Cards are no table cells for a browser, so that the roles are named.
export function DataTable<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <table className="list" role="table" aria-label={caption}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ label, numeric, buttons }) => (
            <th key={label} role="columnheader" scope="col" data-numeric={numeric}>
              {buttons ? <span className="unseen">{label}</span> : label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map(({ label, cell, numeric, long, buttons }, at) => {
              const content = cell(row);
              if (at === 0)
                return (
                  <th key={label} role="rowheader" scope="row">
                    {content}
                  </th>
                );
              return (
                <td
                  key={label}
                  role="cell"
                  data-numeric={numeric}
                  data-long={long}
                  data-buttons={buttons}
                  data-label={buttons ? undefined : label}
                >
                  <div className="list-cell">{content}</div>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
