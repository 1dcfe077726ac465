/** Which parameters and outputs of a compiled template have no description, or no bound. */
type Described = {
  readonly type?: string;
  readonly metadata?: { readonly description?: string };
  readonly allowedValues?: readonly unknown[];
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly maxValue?: number;
  readonly properties?: Readonly<Record<string, Described>>;
};
type All = Readonly<Record<string, Described>>;
type Template = {
  readonly parameters?: All;
  readonly definitions?: All;
  readonly outputs?: All;
  readonly resources?: Readonly<
    Record<string, { readonly properties?: { readonly template?: Template } }>
  >;
};

const isBounded = (each: Described): boolean =>
  /bool|object/i.test(each.type ?? 'object') ||
  [each.allowedValues, each.maxLength, each.minLength, each.maxValue].some(
    (bound) => bound !== undefined,
  );

/** The template itself and those of its modules. */
const templatesIn = (template: Template): Template[] => [
  template,
  ...Object.values(template.resources ?? {}).flatMap(({ properties }) =>
    properties?.template === undefined ? [] : templatesIn(properties.template),
  ),
];

export function undescribed(template: Template): string[] {
  return templatesIn(template).flatMap(({ parameters = {}, definitions = {}, outputs = {} }) => {
    const members = Object.values(definitions).flatMap((each) =>
      Object.entries(each.properties ?? {}),
    );
    const taken = [...Object.entries(parameters), ...members];
    return [
      ...[...taken, ...Object.entries(outputs)].flatMap(([name, each]) =>
        each.metadata?.description ? [] : [`${name} has no description`],
      ),
      ...taken.flatMap(([name, each]) => (isBounded(each) ? [] : [`${name} has no bound`])),
    ];
  });
}
