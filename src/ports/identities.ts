/** Verifies tokens of people and workloads, which an OpenID provider such as Microsoft Entra ID issues. */
import type { Claims } from '../core/access/sign-in.ts';

export interface Identities {
  /**
   * The claims of a token with a good signature, issuer, audience and time; otherwise what is wrong with it, in a word for
   * the log. Rejects when the issuer's keys are needed and it does not answer.
   */
  verify(token: string): Promise<{ readonly claims: Claims } | { readonly fault: string }>;
  /** Where browsers sign in and get their tokens. Rejects when the issuer does not answer. */
  endpoints(): Promise<{ readonly authorize: string; readonly token: string }>;
}
