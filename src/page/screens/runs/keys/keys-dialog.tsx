import { useStore } from '../../../app/store.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { chooseSingleKeys, KEYS, singleKeys } from './shortcuts.ts';
import './keys.css';

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const on = useStore(singleKeys);
  return (
    <Dialog title="Keys" isOpen onClose={onClose}>
      <table className="keys">
        <thead className="unseen">
          <tr>
            <th scope="col">Key</th>
            <th scope="col">What it does</th>
          </tr>
        </thead>
        <tbody>
          {KEYS.map(([key, what]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <label>
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => chooseSingleKeys(event.currentTarget.checked)}
        />{' '}
        Keys / and ? work everywhere on this screen
      </label>
    </Dialog>
  );
}
