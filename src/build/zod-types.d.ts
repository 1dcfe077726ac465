/**
 * The types of zod that the package's declarations name, so that it needs no zod: what a value of a schema is before and after it.
 * A test holds them against zod's own.
 */
export declare namespace z {
  export namespace core {
    export type $strip = unknown;
    export type $strict = unknown;
    export type $loose = Record<string, unknown>;
    export type $ZodLooseShape = Readonly<Record<string, unknown>>;
    export type $ZodTypeInternals<Output = unknown, Input = unknown> = {
      readonly output: Output;
      readonly input: Input;
    };
  }

  /** Whether a member of an object may be missing, before and after. */
  export type Optional = { readonly optin: 'optional'; readonly optout: 'optional' };
  export type WithDefault = { readonly optin: 'optional' };

  export interface ZodType<
    Output = unknown,
    Input = unknown,
    _Internals = core.$ZodTypeInternals<Output, Input>,
  > {
    readonly _zod: { readonly output: Output; readonly input: Input };
  }
  export interface Schema<Output, Input, More = unknown> {
    readonly _zod: { readonly output: Output; readonly input: Input } & More;
  }
  export type output<S> = S extends { readonly _zod: { readonly output: infer Output } }
    ? Output
    : never;
  export type input<S> = S extends { readonly _zod: { readonly input: infer Input } }
    ? Input
    : never;

  export type { output as infer };

  export type ZodString = Schema<string, string>;
  export type ZodISODateTime = ZodString;
  export type ZodURL = ZodString;
  export type ZodNumber = Schema<number, number>;
  export type ZodInt = ZodNumber;
  export type ZodBoolean = Schema<boolean, boolean>;
  export type ZodNull = Schema<null, null>;
  export type ZodUnknown = Schema<unknown, unknown>;
  export type ZodLiteral<T> = Schema<T, T>;
  export type ZodEnum<T> = Schema<T[keyof T], T[keyof T]>;
  export type ZodArray<S> = Schema<output<S>[], input<S>[]>;
  export type ZodRecord<K, V> = Schema<Members<output<K>, output<V>>, Members<input<K>, input<V>>>;
  export type ZodNullable<S> = Schema<output<S> | null, input<S> | null, Optionality<S>>;
  export type ZodOptional<S> = Schema<output<S> | undefined, input<S> | undefined, Optional>;
  export type ZodDefault<S> = Schema<Defined<output<S>>, input<S> | undefined, WithDefault>;
  export type ZodPrefault<S> = Schema<output<S>, input<S> | undefined, WithDefault>;
  export type ZodReadonly<S> = Schema<Readonly<output<S>>, Readonly<input<S>>, Optionality<S>>;
  export type ZodTransform<Output, Input> = Schema<Output, Input>;
  export type ZodPipe<From, To> = Schema<
    output<To>,
    input<From>,
    Only<From, 'optin'> & Only<To, 'optout'>
  >;
  export type ZodUnion<S extends readonly unknown[]> = Schema<output<S[number]>, input<S[number]>>;
  export type ZodDiscriminatedUnion<S extends readonly unknown[], _By = string> = ZodUnion<S>;
  export type ZodObject<Shape, Config = core.$strip> = Schema<
    Flat<After<Shape>> & Config,
    Flat<Before<Shape>> & Config
  >;

  export type Defined<T> = T extends undefined ? never : T;
  export type Members<K, V> = K extends string | number | symbol ? Record<K, V> : never;
  export type Only<S, Names> = S extends { readonly _zod: infer Z }
    ? Pick<Z, Extract<keyof Z, Names>>
    : unknown;
  export type Optionality<S> = Only<S, 'optin' | 'optout'>;
  export type Flat<T> = { [K in keyof T]: T[K] } & {};
  export type IsMissing<S, Where extends string> = S extends {
    readonly _zod: { readonly [K in Where]: 'optional' };
  }
    ? true
    : false;
  export type After<Shape> = {
    -readonly [K in keyof Shape as IsMissing<Shape[K], 'optout'> extends true ? never : K]: output<
      Shape[K]
    >;
  } & {
    -readonly [K in keyof Shape as IsMissing<Shape[K], 'optout'> extends true ? K : never]?: output<
      Shape[K]
    >;
  };
  export type Before<Shape> = {
    -readonly [K in keyof Shape as IsMissing<Shape[K], 'optin'> extends true ? never : K]: input<
      Shape[K]
    >;
  } & {
    -readonly [K in keyof Shape as IsMissing<Shape[K], 'optin'> extends true ? K : never]?: input<
      Shape[K]
    >;
  };
}
