/** Whether a pipeline can run where its target sends it, and where to start it. */
import { Link } from '@tanstack/react-router';
import type { PipelineView } from '../../../core/catalogue/entry.ts';
import { Help } from '../../parts/help.tsx';

export function Runnable({ pipeline }: { readonly pipeline: PipelineView }) {
  if (pipeline.runnable)
    return (
      <span className="pill" data-tone="good">
        yes
      </span>
    );
  return (
    <>
      <span className="pill" data-tone="warning">
        no
      </span>
      <div className="pipeline-why">
        <Help text={pipeline.not_runnable_reason ?? undefined} />
      </div>
    </>
  );
}

export const StartLink = ({ name, main }: { readonly name: string; readonly main?: boolean }) => (
  <Link
    to="/start"
    search={{ pipeline: name }}
    className="link-button"
    data-variant={main === true ? 'primary' : undefined}
    aria-label={`Start ${name}`}
  >
    Start
  </Link>
);
