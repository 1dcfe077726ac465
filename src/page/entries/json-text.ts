/** An entry as JSON text, read and changed in place: all that is not touched keeps its digits and its order. */
import {
  applyEdits,
  findNodeAtLocation,
  format,
  getNodeValue,
  modify,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';

/** Names of members from the outside in. */
export type Path = readonly string[];

const FORMAT = { tabSize: 2, insertSpaces: true, eol: '\n' };
const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

export type Parsed =
  | { readonly tree: Node; readonly fault?: never }
  /** A sentence for people. */
  | { readonly tree?: never; readonly fault: string };

/** `tree` for an object, else what is wrong with the text. */
export function parse(text: string): Parsed {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, STRICT);
  const [error] = errors;
  if (error !== undefined) {
    const line = text.slice(0, error.offset).split('\n').length;
    const words = printParseErrorCode(error.error).replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');
    return { fault: `Line ${line}: ${words.toLowerCase()}.` };
  }
  return tree?.type === 'object' ? { tree } : { fault: 'The text is no JSON object.' };
}

/** Indented. A text that is no JSON stays as it is. */
export const pretty = (text: string): string =>
  `${applyEdits(text, format(text, undefined, FORMAT)).trim()}\n`;

const nodeAt = (tree: Node, path: Path): Node | undefined => findNodeAtLocation(tree, [...path]);

/** As a JavaScript value: long numbers are rounded. */
export function valueAt(tree: Node, path: Path): unknown {
  const node = nodeAt(tree, path);
  return node && getNodeValue(node);
}

/** As it stands in the text. */
export function rawAt(text: string, tree: Node, path: Path): string | undefined {
  const node = nodeAt(tree, path);
  return node && text.slice(node.offset, node.offset + node.length);
}

/** The text with a member set; `undefined` takes it out. */
export const withValue = (text: string, path: Path, value: unknown): string =>
  applyEdits(text, modify(text, [...path], value, { formattingOptions: FORMAT }));

/** The same with a value that is JSON text. */
export function withRaw(text: string, path: Path, raw: string): string {
  const made = withValue(text, path, null);
  const { tree } = parse(made);
  const node = tree && nodeAt(tree, path);
  if (node === undefined) return text;
  return pretty(made.slice(0, node.offset) + raw.trim() + made.slice(node.offset + node.length));
}

/** Without the white space between its parts. */
const dense = (raw: string): string => raw.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');

export type Change = {
  readonly path: Path;
  /** JSON texts; undefined where there is none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
};

const membersOf = (node: Node | undefined): readonly string[] =>
  node?.type === 'object'
    ? (node.children ?? []).map(({ children }) => String(children?.[0]?.value))
    : [];

/** Members that differ, objects member by member and all else as a whole. */
export function changesBetween(before: string, after: string): readonly Change[] {
  const [old, now] = [parse(before).tree, parse(after).tree];
  if (old === undefined || now === undefined) return [];
  const walk = (path: Path): readonly Change[] => {
    const nodes = [nodeAt(old, path), nodeAt(now, path)] as const;
    if (nodes.every((node) => node?.type === 'object')) {
      const names = new Set(nodes.flatMap(membersOf));
      return [...names].flatMap((name) => walk([...path, name]));
    }
    const texts = [rawAt(before, old, path), rawAt(after, now, path)] as const;
    const isSame = dense(texts[0] ?? '') === dense(texts[1] ?? '');
    return isSame ? [] : [{ path, before: texts[0], after: texts[1] }];
  };
  return walk([]);
}

/** The text with these changes made to it. */
export const withChanges = (text: string, changes: readonly Change[]): string =>
  changes.reduce(
    (made, { path, after }) =>
      after === undefined ? withValue(made, path, undefined) : withRaw(made, path, after),
    text,
  );
