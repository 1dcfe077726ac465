/** What is said of a setting: its meaning, the values that it takes, its default, and who gives it on Azure. */
type Described = {
  readonly meaning: string;
  /** In written form. */
  readonly default?: string;
  /**
   * Who gives it on Azure. Absent: it is a parameter of the template, of the same name. `template`: the template itself
   * writes it (`infra/modules/app.bicep`). `no, …`: it is not set there, and why.
   */
  readonly azure?: 'template' | `no, ${string}`;
};
export type Setting = Described &
  (
    | {
        readonly kind:
          | 'flag'
          | 'plain'
          | 'path'
          | 'schedule'
          | 'https'
          | 'issuer'
          | 'address'
          | 'base'
          | 'origins'
          | 'words'
          | 'clusters'
          | 'grants';
      }
    | { readonly kind: 'number' | 'whole'; readonly min: number; readonly max: number }
    | { readonly kind: 'word'; readonly words: readonly string[] }
    | {
        readonly kind: 'text';
        readonly min: number;
        readonly max: number;
        readonly pattern?: RegExp;
        /** What the pattern takes, for people. */
        readonly takes?: string;
      }
  );
