/** Changes a pipeline of the catalogue, or makes one. */
import { getRouteApi } from '@tanstack/react-router';
import { EditScreen, NewScreen } from '../../entries/edit-screen.tsx';
import { PIPELINES } from '../../entries/sorts.ts';

const edit = getRouteApi('/pipelines/$pipeline/edit');
const make = getRouteApi('/new/pipeline');

const within = (domain: string | undefined) => (domain === undefined ? {} : { domain });

export function EditPipeline() {
  const { pipeline } = edit.useParams();
  const { domain } = edit.useSearch();
  const navigate = edit.useNavigate();
  return (
    <EditScreen
      sort={PIPELINES}
      name={pipeline}
      domain={domain}
      onSaved={(name) =>
        void navigate({
          to: '/pipelines/$pipeline',
          params: { pipeline: name },
          search: within(domain),
        })
      }
    />
  );
}

export function NewPipeline() {
  const { domain, from } = make.useSearch();
  const navigate = make.useNavigate();
  return (
    <NewScreen
      sort={PIPELINES}
      from={from}
      domain={domain}
      onSaved={(name) =>
        void navigate({
          to: '/pipelines/$pipeline',
          params: { pipeline: name },
          search: within(domain),
        })
      }
    />
  );
}
