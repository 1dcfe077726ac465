/** Label and field selectors, with the API server's sentences for what it cannot read. */
import type { KubeObject } from '../objects/object.ts';
import type { Resource } from '../objects/resource.ts';
import { badRequest } from '../objects/status.ts';

type Requirement = {
  readonly key: string;
  readonly operator: '=' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';
  readonly values: readonly string[];
};

export type Predicate = (object: KubeObject) => boolean;

const TOKEN = /\s*(==|!=|[=!(),<>]|[^\s=!(),<>]+)/y;
const SYMBOLS = new Set(['==', '!=', '=', '!', '(', ')', ',', '<', '>']);

class Parser {
  readonly #tokens: string[] = [];
  #next = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
      this.#tokens.push(match[1] ?? '');
    }
  }

  parse(): Requirement[] {
    const found: Requirement[] = [];
    while (this.#peek() !== '') {
      found.push(this.#requirement());
      const separator = this.#take();
      if (separator === '') break;
      if (separator !== ',') {
        throw badRequest(
          `unable to parse requirement: found '${separator}', expected: ',' or 'end of string'`,
        );
      }
      if (this.#peek() === '') {
        throw badRequest("found '', expected: identifier after ','");
      }
    }
    return found;
  }

  #peek(): string {
    return this.#tokens[this.#next] ?? '';
  }

  #take(): string {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #requirement(): Requirement {
    const first = this.#take();
    if (first === '!') return { key: this.#take(), operator: '!', values: [] };
    if (SYMBOLS.has(first)) {
      throw badRequest(`found '${first}', expected: !, identifier, or 'end of string'`);
    }
    const operator = this.#peek();
    if (operator === '' || operator === ',') {
      return { key: first, operator: 'exists', values: [] };
    }
    this.#take();
    switch (operator) {
      case '=':
      case '==':
        return { key: first, operator: '=', values: [this.#value()] };
      case '!=':
        return { key: first, operator: '!=', values: [this.#value()] };
      case '>':
      case '<':
        return { key: first, operator: operator === '>' ? 'gt' : 'lt', values: [this.#value()] };
      case 'in':
      case 'notin':
        return { key: first, operator, values: this.#set() };
      default:
        throw badRequest(
          `unable to parse requirement: found '${operator}', expected: in, notin, =, ==, !=, gt, lt`,
        );
    }
  }

  #value(): string {
    return this.#peek() === '' || this.#peek() === ',' ? '' : this.#take();
  }

  #set(): string[] {
    const open = this.#take();
    if (open !== '(')
      throw badRequest(`unable to parse requirement: found '${open}' expected: '('`);
    const values: string[] = [];
    for (;;) {
      values.push(this.#peek() === ',' || this.#peek() === ')' ? '' : this.#take());
      const separator = this.#take();
      if (separator === ')') return values;
      if (separator !== ',') {
        throw badRequest(`unable to parse requirement: found '${separator}', expected: ',' or ')'`);
      }
    }
  }
}

function holds({ key, operator, values }: Requirement, labels: Record<string, string>): boolean {
  const value = labels[key];
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '=':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'lt':
      return value !== undefined && Number(value) < Number(values[0]);
  }
}

export function labelSelector(text: string): Predicate {
  const requirements = new Parser(text).parse();
  return (object) =>
    requirements.every((requirement) => holds(requirement, object.metadata.labels ?? {}));
}

function fieldOf(object: KubeObject, path: string): string {
  if (path === 'source') {
    const source = object['source'] as { component?: string } | undefined;
    return source?.component ?? '';
  }
  let value: unknown = object;
  for (const part of path.split('.'))
    value = (value as Record<string, unknown> | undefined)?.[part];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** `a=b,c!=d` over the fields that the resource supports. */
export function fieldSelector(text: string, resource: Resource): Predicate {
  const supported = new Set(['metadata.name', 'metadata.namespace', ...resource.fields]);
  const terms = text.split(',').filter((term) => term !== '');
  const checks = terms.map((term): Predicate => {
    const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(term);
    if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = '', operator, value = ''] = match;
    if (!supported.has(field)) {
      throw badRequest(
        resource.kind === 'Event'
          ? `field label not supported: ${field}`
          : `field label "${field}" not supported for ${resource.kind}`,
      );
    }
    return (object) => (fieldOf(object, field) === value) === (operator !== '!=');
  });
  return (object) => checks.every((check) => check(object));
}
