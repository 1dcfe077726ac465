/** What callers of a domain may start. */
import { z } from 'zod';
import { AppError, type FieldError } from '../errors.ts';
import { kindOf, ownOf } from '../kinds/all.ts';
import type { Target } from '../kinds/target.ts';
import { imageReference } from '../kubernetes/image.ts';
import { POLICY_GLOBS_MAX } from '../limits.ts';
import { GLOB_CHARS_MAX } from '../request-limits.ts';
import type { Launch } from '../runs/request.ts';
import { matchesGlob } from './glob.ts';
import { repositoryName } from './repository.ts';

/** Globs are compared with full names: one that does not begin with a host would match nothing, so it is refused as a mistake. */
const Globs = (example: string, begins: RegExp) =>
  z
    .array(
      z
        .string()
        .max(GLOB_CHARS_MAX)
        .regex(/^[\x21-\x7e]+$/, 'must be of visible ASCII characters')
        .regex(begins, `must be a full name, such as ${example}`),
    )
    .max(POLICY_GLOBS_MAX)
    .nullable()
    .default(null);

export const Policy = z
  .strictObject({
    catalogue_only: z.boolean().meta({
      description:
        'Only entries of the catalogue are started: no repository, no container of a request alone.',
    }),
    lanes: z.enum(['declared', 'any']).meta({
      description:
        '`declared`: only lanes that are there (`PUT /lanes/{name}`); `any`: a lane is made by its first run.',
    }),
    images: Globs('docker.io/library/busybox:*', /^(\*|[^/]*[.:*?][^/]*\/|localhost\/)/).meta({
      description:
        'Globs of full image references (`docker.io/library/busybox:1.37`, with a digest `…/busybox@sha256:…`) that containers may have; null for all. `*` stays within a part of the name, `**` does not.',
    }),
    repositories: Globs('github.com/nf-core/*', /^(\*|\/|[^/]*[.*?][^/]*\/)/).meta({
      description:
        'The same for what `nextflow run` gets: `github.com/nf-core/rnaseq`, or an absolute path; null for all.',
    }),
  })
  .meta({ id: 'Policy' });
export type Policy = z.infer<typeof Policy>;

/** The policy of a domain until one is written. */
export const POLICIES: Readonly<Record<'open' | 'closed', Policy>> = {
  open: { catalogue_only: false, lanes: 'any', images: null, repositories: null },
  closed: { catalogue_only: true, lanes: 'declared', images: null, repositories: null },
};

const fits = (globs: readonly string[], name: string | undefined): boolean =>
  name !== undefined && globs.some((glob) => matchesGlob(glob, name));

function faultOf(
  { images, repositories }: Policy,
  launch: Launch,
  target: Target | undefined,
): FieldError | undefined {
  const { image, imageBy = 'image', repository } = kindOf(launch.kind).uses(ownOf(launch), target);
  if (image !== undefined && images !== null && !fits(images, imageReference(image))) {
    const message = `is ${image}, which the policy of the domain does not allow`;
    return { field: `${launch.kind}.${imageBy}`, message };
  }
  if (
    repository !== undefined &&
    repositories !== null &&
    !fits(repositories, repositoryName(repository))
  ) {
    const message = `is ${repository}, a repository which the policy of the domain does not allow`;
    return { field: 'pipeline', message };
  }
  return undefined;
}

/** Throws `invalid` where the policy does not allow the image or repository, also when an entry or target names it. */
export function assertAllowed(policy: Policy, launch: Launch, target?: Target): void {
  const fault = faultOf(policy, launch, target);
  if (fault) throw new AppError('invalid', `${fault.field} ${fault.message}`, { fields: [fault] });
}
