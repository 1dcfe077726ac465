/** The API's own description of its fields: the page shows its texts, so that the two cannot disagree. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { SluiceError } from '../../client/errors.ts';

export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly readOnly?: boolean;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
};

export type ApiDocument = {
  readonly info: { readonly version: string };
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

async function readDocument({ signal }: { readonly signal: AbortSignal }): Promise<ApiDocument> {
  try {
    const answer = await fetch('/openapi.json', { signal });
    if (!answer.ok)
      throw new SluiceError('unexpected', answer.status, `The server answered ${answer.status}.`);
    return (await answer.json()) as ApiDocument;
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    throw new SluiceError('unreachable', 0, 'The description of the API cannot be read.');
  }
}

/** It changes with the server alone, so it is read once. */
export const useApiDocument = (): UseQueryResult<ApiDocument> =>
  useQuery({
    queryKey: ['api-document'],
    queryFn: readDocument,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });

/** A schema without references and without its null. */
export type Plain = Schema & { readonly nullable: boolean };

/** Follows references; what stands beside one counts more. */
export function plain(document: ApiDocument, schema: Schema): Plain {
  const { $ref, ...beside } = schema;
  const name = $ref?.split('/').at(-1) ?? '';
  const found: Schema = { ...document.components.schemas[name], ...beside };
  const types = [found.type ?? []].flat();
  const options = found.anyOf ?? [];
  const rest = options.filter(({ type }) => type !== 'null');
  const [only] = rest;
  const nullable = types.includes('null') || rest.length < options.length;
  const type = types.find((each) => each !== 'null');
  if (rest.length === 1 && only !== undefined) {
    const { anyOf: _, ...outside } = found;
    return { ...plain(document, { ...only, ...outside }), nullable };
  }
  return { ...found, ...(type !== undefined && { type }), nullable };
}

/** The fields of a schema of the document, by name. */
export function fieldsOf(document: ApiDocument, schema: string): Readonly<Record<string, Plain>> {
  const { properties = {} } = plain(document, { $ref: `#/components/schemas/${schema}` });
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, plain(document, field)]),
  );
}

/** What a field of a schema means; undefined while the document is not there. */
export function useHelp(schema: string): (field: string) => string | undefined {
  const { data } = useApiDocument();
  const fields = data === undefined ? {} : fieldsOf(data, schema);
  return (field) => fields[field]?.description;
}
