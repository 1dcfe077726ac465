/** Changes a target, or makes one. */
import { getRouteApi } from '@tanstack/react-router';
import { EditScreen, NewScreen } from '../../entries/edit-screen.tsx';
import { TARGETS } from '../../entries/sorts.ts';

const edit = getRouteApi('/targets/$target/edit');
const make = getRouteApi('/new/target');

const within = (domain: string | undefined) => (domain === undefined ? {} : { domain });

export function EditTarget() {
  const { target } = edit.useParams();
  const { domain } = edit.useSearch();
  const navigate = edit.useNavigate();
  return (
    <EditScreen
      sort={TARGETS}
      name={target}
      domain={domain}
      onSaved={(name) =>
        void navigate({ to: '/targets/$target', params: { target: name }, search: within(domain) })
      }
    />
  );
}

export function NewTarget() {
  const { domain } = make.useSearch();
  const navigate = make.useNavigate();
  return (
    <NewScreen
      sort={TARGETS}
      from={undefined}
      domain={domain}
      onSaved={(name) =>
        void navigate({ to: '/targets/$target', params: { target: name }, search: within(domain) })
      }
    />
  );
}
