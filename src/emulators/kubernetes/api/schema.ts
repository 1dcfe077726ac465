/**
 * Field names and types of the API, taken from the models of the official client: what the client
 * can send, the emulator can check. Unknown fields are dropped, wrong types are refused, as the
 * API server does before it looks at anything else.
 */
import { isTable } from '../objects/object.ts';
import { badRequest } from '../objects/status.ts';

type Attribute = { name: string; baseName: string; type: string; format: string };
type Model = { readonly goName: string; readonly attributes: ReadonlyMap<string, Attribute> };

/** Decoded object, with the paths of the fields that were dropped. */
export type Decoded = { readonly object: Record<string, unknown>; readonly unknown: string[] };

const MODELS = '@kubernetes/client-node/dist/gen/models';
const GO_TYPES: Readonly<Record<string, string>> = { boolean: 'bool', Date: 'Time' };
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return isTable(value) ? 'object' : typeof value;
}

export class Schema {
  readonly #models: ReadonlyMap<string, Model>;

  private constructor(models: ReadonlyMap<string, Model>) {
    this.#models = models;
  }

  /** Reads the models of `kinds` and of everything in them; about 40 ms. */
  static async load(kinds: readonly string[]): Promise<Schema> {
    const models = new Map<string, Model>();
    const load = async (name: string): Promise<void> => {
      if (models.has(name)) return;
      const empty = { goName: name.replace(/^V1|^CoreV1/, ''), attributes: new Map() };
      models.set(name, empty);
      const module = (await import(`${MODELS}/${name}.js`)) as Record<
        string,
        { attributeTypeMap: Attribute[] }
      >;
      const attributes = module[name]?.attributeTypeMap ?? [];
      models.set(name, {
        ...empty,
        attributes: new Map(attributes.map((attribute) => [attribute.baseName, attribute])),
      });
      const inner = attributes.flatMap(({ type }) => [...type.matchAll(/\b(?:Core)?V1\w+/g)]);
      await Promise.all(inner.map(([found]) => load(found)));
    };
    await Promise.all(kinds.map((kind) => load(`V1${kind}`)));
    return new Schema(models);
  }

  /** Throws BadRequest with the API server's sentence. */
  decode(kind: string, value: Record<string, unknown>): Decoded {
    const model = this.#models.get(`V1${kind}`);
    if (model === undefined) throw new Error(`no model of ${kind}`);
    const decoder = new Decoder(this.#models, kind);
    const object = decoder.struct(model, value, { struct: kind, path: '', shown: '' });
    return { object, unknown: decoder.unknown };
  }
}

class Decoder {
  readonly unknown: string[] = [];
  readonly #models: ReadonlyMap<string, Model>;
  readonly #kind: string;

  constructor(models: ReadonlyMap<string, Model>, kind: string) {
    this.#models = models;
    this.#kind = kind;
  }

  struct(model: Model, found: Record<string, unknown>, place: Place): Record<string, unknown> {
    const kept: [string, unknown][] = [];
    for (const [name, item] of Object.entries(found)) {
      const shown = place.shown === '' ? name : `${place.shown}.${name}`;
      const attribute = model.attributes.get(name);
      if (attribute === undefined) this.unknown.push(shown);
      else if (item !== null && item !== undefined) {
        const path = place.path === '' ? name : `${place.path}.${name}`;
        const decoded = this.#field(attribute, item, { struct: model.goName, path, shown });
        if (!isEmptyCollection(attribute, decoded)) kept.push([name, decoded]);
      }
    }
    return Object.fromEntries(kept);
  }

  #field(attribute: Attribute, found: unknown, place: Place): unknown {
    const list = /^Array<(.+)>$/.exec(attribute.type)?.[1];
    if (list !== undefined) {
      if (!Array.isArray(found))
        return this.#mismatch(found, place, `[]${list.replace(/^V1/, '')}`);
      return found.map((item: unknown, at) =>
        this.#one(list, item, attribute, { ...place, shown: `${place.shown}[${at}]` }),
      );
    }
    const table = /^\{ \[key: string\]: (.+); \}$/.exec(attribute.type)?.[1];
    if (table === undefined) return this.#one(attribute.type, found, attribute, place);
    if (!isTable(found)) return this.#mismatch(found, place, 'map[string]string');
    const entries = Object.entries(found).map(([key, item]) => {
      if (attribute.format === 'byte' && typeof item === 'string' && !BASE64.test(item)) {
        this.#refuse('illegal base64 data at input byte 0');
      }
      return [key, this.#one(table, item, attribute, place)];
    });
    return Object.fromEntries(entries);
  }

  #one(type: string, found: unknown, attribute: Attribute, place: Place): unknown {
    const model = this.#models.get(type);
    if (model === undefined) return this.#scalar(type, attribute.format, found, place);
    if (!isTable(found)) return this.#mismatch(found, place, model.goName);
    return this.struct(model, found, place);
  }

  #scalar(type: string, format: string, found: unknown, place: Place): unknown {
    if (type === 'any' || type === 'IntOrString') return found;
    const wanted = type === 'Date' ? 'string' : type;
    const fits = typeof found === wanted && (wanted !== 'number' || Number.isInteger(found));
    if (fits) return found;
    return this.#mismatch(found, place, wanted === 'number' ? format || 'number' : type);
  }

  #mismatch(found: unknown, { struct, path }: Place, type: string): never {
    return this.#refuse(
      `json: cannot unmarshal ${jsonType(found)} into Go struct field ${struct}.${path} of type ${GO_TYPES[type] ?? type}`,
    );
  }

  #refuse(message: string): never {
    throw badRequest(
      `${this.#kind} in version "v1" cannot be handled as a ${this.#kind}: ${message}`,
    );
  }
}

/** Where the decoder is: `path` as Go names it in errors, `shown` with list positions. */
type Place = { readonly struct: string; readonly path: string; readonly shown: string };

/** Go leaves out empty lists and maps (`omitempty`), so they are not there when read back. */
function isEmptyCollection(attribute: Attribute, value: unknown): boolean {
  if (attribute.type.startsWith('Array<')) return (value as unknown[]).length === 0;
  if (attribute.type.startsWith('{ [key')) return Object.keys(value as object).length === 0;
  return false;
}
