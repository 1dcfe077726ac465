/** What a task asked for, and what it used of that. */
import { bytesText } from '../../../../../core/figures/bytes.ts';
import type { TaskView } from '../../../../../core/tasks/task.ts';
import { cpusText, msText, percentText } from '../model/measures.ts';

type Line = {
  readonly name: string;
  readonly asked: string | null;
  readonly used: string | null;
  /** Of what was asked for, in percent; null where either is unknown. */
  readonly share: number | null;
};

const WHOLE = 100;

const line = (
  name: string,
  asked: number | null,
  used: number | null,
  text: (value: number) => string,
): Line => ({
  name,
  asked: asked === null ? null : text(asked),
  used: used === null ? null : text(used),
  share: asked === null || used === null || asked === 0 ? null : (used / asked) * WHOLE,
});

const linesOf = (task: TaskView): readonly Line[] =>
  [
    line('CPUs', task.cpus, task.cpu_percent === null ? null : task.cpu_percent / WHOLE, cpusText),
    line('Memory', task.memory, task.peak_rss, bytesText),
    line('Time', task.time_limit_ms, task.realtime_ms, msText),
    line('Disk', task.disk, null, bytesText),
    line('Read', null, task.read_bytes ?? task.read_chars, bytesText),
    line('Written', null, task.written_bytes ?? task.written_chars, bytesText),
  ].filter(({ asked, used }) => asked !== null || used !== null);

function Share({ share }: { readonly share: number }) {
  return (
    <span className="task-share">
      <span className="task-meter" aria-hidden="true">
        <span style={{ width: `${Math.min(WHOLE, share)}%` }} data-over={share > WHOLE} />
      </span>
      {percentText(share)}
    </span>
  );
}

export function Asked({ detail }: { readonly detail: TaskView }) {
  const lines = linesOf(detail);
  return (
    <div className="task-part">
      <h3>Resources</h3>
      {lines.length === 0 ? (
        <p className="muted">Nextflow told nothing of what it asked for or used.</p>
      ) : (
        <table className="task-asked" aria-label="Resources">
          <thead>
            <tr>
              <th scope="col">
                <span className="unseen">Resource</span>
              </th>
              <th scope="col">Used</th>
              <th scope="col">Asked for</th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ name, asked, used, share }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{used ?? '–'}</td>
                <td>{asked ?? '–'}</td>
                <td>{share !== null && <Share share={share} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
