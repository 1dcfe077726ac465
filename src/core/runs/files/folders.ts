/** Where a run leaves files: what Nextflow writes of it, and what it publishes. Pure. */
import { isJsonObject } from '../../json/text.ts';
import { parseStored } from '../../json/write.ts';
import { kindOf, ownOf } from '../../kinds/all.ts';
import type { Leavings } from '../../kinds/kind.ts';
import type { Target } from '../../kinds/target.ts';
import { RunId } from '../../names.ts';
import type { Launch } from '../request.ts';
import type { Run } from '../run.ts';
import { below, normalPath } from './path.ts';

export const PLACES = ['reports', 'output'] as const;
export type PlaceName = (typeof PLACES)[number];

/** One of a run's places. `at`: its folder or address as people know it; `why`: a sentence, where it cannot be read. */
export type Place = { readonly name: PlaceName; readonly at: string } & (
  | {
      /** Below the work path. */
      readonly folder: string;
      readonly why: null;
    }
  | { readonly folder: null; readonly why: string }
);

export type RunFolders = {
  readonly places: readonly Place[];
  /** Below the work path: the folder of its tasks, into which Nextflow publishes links by default. Null for none. */
  readonly tasks: string | null;
};

/** By what pipelines call the folder, first found: nf-core's name, Nextflow's, and those of others. */
const OUTPUT_PARAMS = ['outdir', 'output-dir', 'output_dir', 'outputDir', 'publish_dir'];

/** Where Nextflow's pipelines publish without such a param, by their usual default. */
const DEFAULT_OUTPUT = 'results';
/** Folders of the work volume in which each run has one by its id. */
const RUNS_OWN: readonly string[] = ['runs', 'results'];

/** An address of object storage, such as `az://results/a`. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//i;
/** What would be read as the end of a line, or not be shown. */
const UNSHOWN = /\p{Cc}/u;

/** The folder or address that the params name. */
function outputParam(params: string): string | null {
  const tree = parseStored(params);
  if (!isJsonObject(tree)) return null;
  const named = OUTPUT_PARAMS.map((name) => tree.get(name)).find(
    (value) => typeof value === 'string' && value !== '',
  );
  return typeof named === 'string' ? named : null;
}

/** Whether other runs have the folder, or theirs in it: who may read this run need not be meant to read those. */
function isShared(folder: string, runId: string, left: Leavings | undefined): boolean {
  const own = left ? [left.launch, left.reports] : [];
  if (own.some((each) => folder === each || below(folder, each) !== null)) return false;
  const [first = '', second = ''] = folder.split('/');
  const isOther = RunId.safeParse(second).success && ![runId, left?.begun].includes(second);
  return first === 'work' || (RUNS_OWN.includes(first) && (second === '' || isOther));
}

/** Finds what can be read of a path or an address. */
function placeFinder(
  runId: string,
  target: Target,
  volume: string,
  left: Leavings | undefined,
): (name: PlaceName, said: string) => Place {
  return (name, said) => {
    const not = (at: string, why: string): Place => ({ name, at, folder: null, why });
    if (ADDRESS.test(said))
      return not(said, 'It is in object storage, which is not read from here.');
    const at = normalPath(said, left ? `${volume}/${left.launch}` : volume);
    if (target.work_claim === null)
      return not(at, 'The target has no work volume: the files went with the pod.');
    const folder = below(at, volume);
    if (folder === null) return not(at, 'It is not below the work path of the target.');
    if (UNSHOWN.test(at)) return not(at, 'Its name has control characters.');
    if (isShared(folder, runId, left)) return not(at, 'It is a folder of other runs, too.');
    return { name, at, folder, why: null };
  };
}

/** A run with what it runs and the target that there is now. */
export type FilesOf = {
  readonly run: Pick<Run, 'run_id' | 'domain' | 'attempt'>;
  readonly launch: Launch;
  readonly target: Target;
};

/** The places of a run, as its kind and its params tell. A relative folder is below the one in which the run was started. */
export function runFolders({ run, launch, target }: FilesOf): RunFolders {
  const { run_id, domain, attempt } = run;
  const planned = { run_id, domain, attempt, params: launch.params, own: ownOf(launch), target };
  const left = kindOf(launch.kind).leaves?.(planned);
  const volume = normalPath(target.work_path, '/');
  const place = placeFinder(run_id, target, volume, left);
  const output = outputParam(left?.params ?? launch.params) ?? (left ? DEFAULT_OUTPUT : null);
  const work = left ? below(normalPath(left.work, `${volume}/${left.launch}`), volume) : null;
  return {
    places: [
      ...(left ? [place('reports', normalPath(left.reports, volume))] : []),
      ...(output === null ? [] : [place('output', output)]),
    ],
    tasks: left && ADDRESS.test(left.work) ? null : work,
  };
}
