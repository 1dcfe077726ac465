/** What pods of drivers and readers share. Pure. */
import type { Json } from '../../kinds/kind.ts';
import type { Target } from '../../kinds/target.ts';

/** One user for all of them: they share the files of the work volume. */
export function podSecurity(target: Target): Json {
  const user = target.run_as_user;
  return {
    ...(user !== null && {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      // Without it every start would go through all files of the work volume.
      fsGroupChangePolicy: 'OnRootMismatch',
    }),
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/**
 * Escapes `$`: Kubernetes expands `$(NAME)` in commands, arguments and environment, and turns `$$` into `$`. Escaped, a
 * shell script arrives as it was written.
 */
export const literal = (text: string): string => text.replaceAll(/\$(?=[$(])/g, '$$$$');
