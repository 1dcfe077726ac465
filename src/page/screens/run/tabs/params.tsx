/** Parameters: as they run and as they were sent, with the entry's defaults marked. */
import { useMemo, useState } from 'react';
import { prettyJson } from '../../../../core/json/write.ts';
import { Button } from '../../../ui/button.tsx';
import { copyText } from '../../../ui/copy.tsx';
import { Empty } from '../../../ui/states.tsx';
import { type ParamRow, paramsIn, rowsOf, yamlOf } from './params-text.ts';
import { Scroll } from './scroll.tsx';
import type { TabProps } from './tab.ts';

const WORDS: Readonly<Record<ParamRow['from'], string>> = {
  sent: 'sent',
  default: 'default',
  merged: 'sent, merged into the default',
};

function Rows({
  rows,
  unchecked,
}: {
  readonly rows: readonly ParamRow[];
  readonly unchecked: ReadonlySet<string>;
}) {
  return (
    <Scroll label="Parameters">
      <table>
        <caption className="unseen">Parameters</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, value, from }) => (
            <tr key={name}>
              <th scope="row" className="run-param">
                <code>{name}</code>
              </th>
              <td>
                <pre className="run-value">{value}</pre>
              </td>
              <td className="run-from" data-from={from}>
                {WORDS[from]}
                {unchecked.has(name) && (
                  <span className="run-unchecked"> unknown to the entry, not checked</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export function Part({ shown: { text, view } }: TabProps) {
  const params = useMemo(() => paramsIn(text), [text]);
  const [asSent, setAsSent] = useState(false);
  const all = rowsOf(asSent ? { merged: params.sent, sent: params.sent } : params);
  const chosen = asSent ? params.sent : params.merged;
  if (params.merged.size === 0)
    return (
      <Empty>
        {view.pipeline_version === null
          ? 'It was started without parameters.'
          : 'It has no parameters, neither sent nor of its entry.'}
      </Empty>
    );
  return (
    <div className="run-part">
      <div className="actions">
        <button
          type="button"
          className="run-filter"
          aria-pressed={!asSent}
          onClick={() => setAsSent(false)}
        >
          As they run
        </button>
        <button
          type="button"
          className="run-filter"
          aria-pressed={asSent}
          onClick={() => setAsSent(true)}
        >
          As sent
        </button>
        <span className="run-gap" />
        <Button onPress={() => void copyText(prettyJson(chosen), 'The JSON')}>Copy JSON</Button>
        <Button onPress={() => void yamlOf(chosen).then((yaml) => copyText(yaml, 'The YAML'))}>
          Copy YAML
        </Button>
      </div>
      {all.length === 0 ? (
        <Empty>Nothing was sent: all of them are the entry's.</Empty>
      ) : (
        <Rows rows={all} unchecked={new Set(view.unchecked_params)} />
      )}
    </div>
  );
}
