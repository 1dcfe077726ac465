/**
 * Route templates of ASP.NET Core, which the Functions host uses for HTTP triggers: literals,
 * `{name}`, `{name?}`, `{name=default}`, `{name:constraint}`, `{*rest}`, and several parts in one
 * segment (`{a}-{b}`, `{file}.{ext?}`). Literals match without case.
 */
import { type Constraint, compileConstraint } from './route-constraint.ts';

type Parameter = {
  readonly name: string;
  readonly optional: boolean;
  readonly fallback: string | undefined;
  readonly catchAll: boolean;
  readonly constraints: readonly Constraint[];
};

type Part = { readonly literal: string } | { readonly parameter: Parameter };

type Segment = {
  /** Alternatives in the order they are tried; each captures the segment's parameters in order. */
  readonly patterns: readonly {
    readonly regex: RegExp;
    readonly parameters: readonly Parameter[];
  }[];
  /** Set when the segment is one parameter alone, and may therefore be absent. */
  readonly only: Parameter | undefined;
};

/** Gives the values of the parameters, or undefined when the path does not match. */
export type RouteMatcher = (path: string) => Record<string, string> | undefined;

/** Splits at `separator` outside parentheses, so that `regex(a:b)` stays whole. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (char === separator && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function readParameter(source: string): Parameter {
  const match = /^(\*{0,2})([^*?:=/{}]+)(.*)$/s.exec(source);
  if (match === null) {
    throw new Error(`the parameter {${source}} has no valid name`);
  }
  const [, stars = '', name = '', tail = ''] = match;
  let rest = tail;
  const optional = rest.endsWith('?');
  if (optional) {
    rest = rest.slice(0, -1);
  }
  let fallback: string | undefined;
  const [head = '', ...values] = splitOutside(rest, '=');
  if (values.length > 0) {
    fallback = values.join('=');
    rest = head;
  }
  if (optional && (fallback !== undefined || stars !== '')) {
    throw new Error(`the parameter {${source}} cannot be optional`);
  }
  const [stray, ...sources] = splitOutside(rest, ':');
  if (stray !== '') {
    throw new Error(`the parameter {${source}} has no valid name`);
  }
  const constraints = sources.map(compileConstraint);
  return { name, optional, fallback, catchAll: stars !== '', constraints };
}

/** Reads literals and parameters; `{{` and `}}` are braces themselves. */
function readParts(segment: string): Part[] {
  const parts: Part[] = [];
  let literal = '';
  for (let i = 0; i < segment.length; i += 1) {
    const two = segment.slice(i, i + 2);
    if (two === '{{' || two === '}}') {
      literal += two[0];
      i += 1;
    } else if (segment[i] === '{') {
      const end = endOfParameter(segment, i + 1);
      if (literal !== '') {
        parts.push({ literal });
        literal = '';
      } else if (parts.length > 0) {
        throw new Error(`"${segment}" has two parameters without a literal between them`);
      }
      const source = segment
        .slice(i + 1, end)
        .replaceAll('{{', '{')
        .replaceAll('}}', '}');
      parts.push({ parameter: readParameter(source) });
      i = end;
    } else if (segment[i] === '}') {
      throw new Error(`"${segment}" has a brace without its partner`);
    } else {
      literal += segment[i];
    }
  }
  if (literal !== '') {
    parts.push({ literal });
  }
  return parts;
}

/** Index of the brace that ends the parameter begun before `from`; doubled braces are text. */
function endOfParameter(text: string, from: number): number {
  for (let i = from; i < text.length; i += 1) {
    if (text[i] !== '{' && text[i] !== '}') {
      continue;
    }
    if (text[i + 1] === text[i]) {
      i += 1;
    } else if (text[i] === '}') {
      return i;
    }
  }
  throw new Error(`"${text}" has a brace without its partner`);
}

/** Splits a template at slashes outside braces (a regex constraint may contain one). */
function splitTemplate(template: string): string[] {
  const segments: string[] = [];
  let current = '';
  let inside = false;
  for (let i = 0; i < template.length; i += 1) {
    const char = template[i] ?? '';
    if ((char === '{' || char === '}') && template[i + 1] === char) {
      current += char + char;
      i += 1;
      continue;
    }
    inside = char === '{' || (inside && char !== '}');
    if (char === '/' && !inside) {
      segments.push(current);
      current = '';
    } else {
      current += char;
    }
  }
  return [...segments, current].filter((segment) => segment !== '');
}

function compilePattern(parts: readonly Part[]): Segment['patterns'][number] {
  const source = parts.map((part) =>
    'literal' in part ? part.literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&') : '(.+)',
  );
  const parameters = parts.flatMap((part) => ('parameter' in part ? [part.parameter] : []));
  return { regex: new RegExp(`^${source.join('')}$`, 'is'), parameters };
}

function compileSegment(text: string): Segment {
  const parts = readParts(text);
  const patterns = [compilePattern(parts)];
  const last = parts.at(-1);
  const dot = parts.at(-2);
  for (const part of parts) {
    if (
      parts.length > 1 &&
      'parameter' in part &&
      (part.parameter.catchAll || part.parameter.optional)
    ) {
      const isExtension =
        part === last && dot !== undefined && 'literal' in dot && dot.literal === '.';
      if (!isExtension || part.parameter.catchAll) {
        throw new Error(`in "${text}" {${part.parameter.name}} must stand alone`);
      }
      patterns.push(compilePattern(parts.slice(0, -2)));
    }
  }
  const only =
    parts.length === 1 && last !== undefined && 'parameter' in last ? last.parameter : undefined;
  return { patterns, only };
}

/** Decodes a path segment as Kestrel does: all but an encoded slash; broken escapes stay as they are. */
function decodeSegment(segment: string): string {
  try {
    return segment
      .split(/(%2f)/i)
      .map((part) => (/^%2f$/i.test(part) ? part : decodeURIComponent(part)))
      .join('');
  } catch {
    return segment;
  }
}

function accept(values: Record<string, string>, parameter: Parameter, value: string): boolean {
  if (!parameter.constraints.every((constraint) => constraint(value))) {
    return false;
  }
  values[parameter.name] = value;
  return true;
}

function matchSegment(values: Record<string, string>, segment: Segment, text: string): boolean {
  for (const { regex, parameters } of segment.patterns) {
    const found = regex.exec(text);
    if (found !== null) {
      return parameters.every((parameter, i) => accept(values, parameter, found[i + 1] ?? ''));
    }
  }
  return false;
}

/** An absent parameter: its default counts as its value; an optional one is simply not there. */
function matchAbsent(values: Record<string, string>, segment: Segment): boolean {
  const parameter = segment.only;
  if (parameter?.fallback !== undefined) {
    return accept(values, parameter, parameter.fallback);
  }
  return parameter !== undefined && (parameter.optional || parameter.catchAll);
}

/** Compiles a template (without leading slash). Throws an Error that says what is wrong with it. */
export function compileRoute(template: string): RouteMatcher {
  const segments = splitTemplate(template.replace(/^~?\//, '')).map(compileSegment);
  const names = segments.flatMap(
    ({ patterns }) => patterns[0]?.parameters.map((p) => p.name) ?? [],
  );
  if (new Set(names.map((name) => name.toLowerCase())).size !== names.length) {
    throw new Error('a parameter occurs twice');
  }
  if (segments.slice(0, -1).some(({ only }) => only?.catchAll === true)) {
    throw new Error('a catch-all parameter must be the last segment');
  }
  return (path) => {
    const texts = path.replace(/^\//, '').split('/');
    if (texts.at(-1) === '') {
      texts.pop();
    }
    const values: Record<string, string> = {};
    for (const [index, segment] of segments.entries()) {
      if (segment.only?.catchAll === true && texts.length > index) {
        const rest = path.replace(/^\//, '').split('/').slice(index).map(decodeSegment).join('/');
        return accept(values, segment.only, rest) ? values : undefined;
      }
      const text = texts[index];
      const matched =
        text === undefined
          ? matchAbsent(values, segment)
          : matchSegment(values, segment, decodeSegment(text));
      if (!matched) {
        return undefined;
      }
    }
    return texts.length > segments.length ? undefined : values;
  };
}
