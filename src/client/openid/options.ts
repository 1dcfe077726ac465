/** What is said of an OpenID provider. */
import type { SignInParameters } from '../client.ts';

export type ProviderOptions = {
  /** `client.signIn()`: where and as what to sign in. */
  readonly parameters: SignInParameters;
  readonly fetch?: typeof fetch;
};
