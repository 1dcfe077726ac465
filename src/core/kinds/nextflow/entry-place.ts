/** What an entry has in the place of its target's: the driver's image and resources, and the work volume. Pure. */
import { invalid } from '../../errors.ts';
import type { BaseTarget } from '../../kubernetes/target.ts';
import type { Planned, Uses, WorkVolume } from '../kind.ts';
import type { NextflowTarget } from './config.ts';
import type { Nextflow } from './fields.ts';

type Run = Planned<Nextflow, NextflowTarget>;

/** An image with a tag, apart: a colon before the last slash belongs to the registry. */
const TAGGED = /^([^@]*?)(?::([^:/@]*))?$/;

/** The image that an entry chooses, and by which field; none where a digest leaves no room for its version. */
export function chosenImage({ image, version }: Nextflow, target?: NextflowTarget): Uses {
  if (image !== undefined) return { image };
  const [, name] = TAGGED.exec(target?.nextflow_image ?? '') ?? [];
  if (version === undefined || name === undefined || name === '') return {};
  return { image: `${name}:${version}`, imageBy: 'version' };
}

/** The image of the driver. Throws `invalid` where the target's digest decides it, so that there is no other version. */
function imageOf(own: Nextflow, target: NextflowTarget): string {
  const { image } = chosenImage(own, target);
  if (image !== undefined) return image;
  if (own.version === undefined) return target.nextflow_image;
  throw invalid(
    'nextflow.version',
    `has no image: the target ${target.name} has one by its digest, ${target.nextflow_image}; name another in nextflow.image`,
  );
}

/** The work volume of its runs. */
export const volumeOf = ({ storage }: Nextflow, target: BaseTarget): WorkVolume =>
  storage
    ? { work_claim: storage.claim, work_path: storage.mount_path ?? target.work_path }
    : target;

/** The run with its target as the entry has it. Throws `invalid` where that is impossible. */
export function inItsPlace(run: Run): Run {
  const { own, target } = run;
  const { resources } = own;
  const { work_claim, work_path } = volumeOf(own, target);
  return {
    ...run,
    target: {
      ...target,
      nextflow_image: imageOf(own, target),
      resources: {
        cpu: resources?.cpu ?? target.resources.cpu,
        memory: resources?.memory ?? target.resources.memory,
      },
      work_claim,
      work_path,
    },
  };
}

/** Year and month of a version of Nextflow, such as 24.04; undefined where the tag of the image does not tell it. */
export function versionOf(image: string): readonly [number, number] | undefined {
  const tag = TAGGED.exec(image)?.[2];
  const [, year, month] = /^v?(\d{2})\.(\d{2})(?:\.|$)/.exec(tag ?? '') ?? [];
  return year === undefined ? undefined : [Number(year), Number(month)];
}
