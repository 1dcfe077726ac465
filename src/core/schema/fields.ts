/** Building blocks for the schemas of requests, entries and targets. Pure. */
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../json/text.ts';
import { toTree } from '../json/write.ts';

/** No control characters: they end up in environment variables, arguments and Kubernetes objects. */
export const Text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(
      // oxlint-disable-next-line no-control-regex -- control characters are what this refuses
      /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/,
      'must not contain control characters',
    );

/** One line for people: no control characters at all, line ends among them. */
export const Line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'must not contain control characters');

/**
 * A strict object in which null means "not given" for every optional field without a meaning of its own for
 * null. The OpenAPI document says so in its introduction, not by a null in each schema: most of them are also those of
 * answers, which never have it, and generated clients would give every field a second type.
 */
export function fields<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodType<z.output<z.ZodObject<Shape>>, z.input<z.ZodObject<Shape>>> {
  const strict = z.strictObject(shape);
  const isLeftOut = (name: string, value: unknown): boolean => {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return (
      value === null &&
      field !== undefined &&
      !z.safeParse(field, null).success &&
      z.safeParse(field, undefined).success
    );
  };
  return z.preprocess(
    (body) =>
      typeof body !== 'object' || body === null || Array.isArray(body)
        ? body
        : Object.fromEntries(Object.entries(body).filter(([key, value]) => !isLeftOut(key, value))),
    strict,
  ) as unknown as z.ZodType<z.output<typeof strict>, z.input<typeof strict>>;
}

/** A JSON object as it was written; JavaScript objects are accepted too, as their JSON text. */
export const JsonMembers = z
  .preprocess(
    (value) =>
      typeof value !== 'object' || value === null || Array.isArray(value) || isJsonObject(value)
        ? value
        : toTree(value),
    z.custom<JsonObject>(isJsonObject, 'must be an object'),
  )
  .meta({ type: 'object', additionalProperties: true }) as unknown as z.ZodType<
  JsonObject,
  Readonly<Record<string, unknown>>
>;
