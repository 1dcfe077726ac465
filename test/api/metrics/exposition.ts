/** The rules of Prometheus's text format, version 0.0.4, as a check: what a scraper would refuse or misread. */
export type Series = ReadonlyMap<string, number>;

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/g;
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|NaN|[+-]Inf)$/i;

/** The family of a sample: histograms have three suffixes. */
const familyOf = (name: string, types: ReadonlyMap<string, string>): string => {
  const base = name.replace(/_(?:bucket|sum|count)$/, '');
  return types.get(base) === 'histogram' ? base : name;
};

function labelsOf(text: string, line: string): string {
  const found = [...text.matchAll(LABEL)];
  if (found.map(([whole]) => whole).join('') !== text) throw new Error(`labels: ${line}`);
  const names = found.map(([, name]) => name);
  if (new Set(names).size !== names.length) throw new Error(`a label twice: ${line}`);
  return text;
}

/** Throws at the first breach; else gives all series. */
export function parseExposition(text: string): Series {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const types = new Map<string, string>();
  const helps = new Set<string>();
  const series = new Map<string, number>();
  const closed = new Set<string>();
  let open = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      if (helps.has(name) || !NAME.test(name) || rest === '') throw new Error(`HELP: ${line}`);
      helps.add(name);
      continue;
    }
    if (keyword === 'TYPE') {
      if (types.has(name) || !helps.has(name)) throw new Error(`TYPE: ${line}`);
      if (!['gauge', 'counter', 'histogram'].includes(rest)) throw new Error(`TYPE: ${line}`);
      types.set(name, rest);
      closed.add(open);
      open = name;
      continue;
    }
    const [, sample = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    if (sample === '' || !NUMBER.test(value)) throw new Error(`no sample: ${line}`);
    const family = familyOf(sample, types);
    if (family !== open || closed.has(family)) throw new Error(`outside of its family: ${line}`);
    if (types.get(family) === 'counter' && !sample.endsWith('_total'))
      throw new Error(`a counter without _total: ${line}`);
    const key = `${sample}{${labelsOf(labels, line)}}`;
    if (series.has(key)) throw new Error(`a series twice: ${line}`);
    series.set(key, Number(value));
  }
  for (const [name, type] of types) if (type === 'histogram') checkHistogram(name, series);
  return series;
}

function checkHistogram(name: string, series: Series): void {
  const buckets = [...series].flatMap(([key, value]) => {
    const [, le] = new RegExp(`^${name}_bucket\\{le="([^"]+)"\\}$`).exec(key) ?? [];
    return le === undefined ? [] : [[le === '+Inf' ? Infinity : Number(le), value] as const];
  });
  const sorted = buckets.every(([le, value], index) => {
    const before = buckets[index - 1];
    return before === undefined || (before[0] < le && before[1] <= value);
  });
  if (!sorted || buckets.at(-1)?.[0] !== Infinity) throw new Error(`buckets of ${name}`);
  if (series.get(`${name}_count{}`) !== buckets.at(-1)?.[1]) throw new Error(`count of ${name}`);
  if (series.get(`${name}_sum{}`) === undefined) throw new Error(`sum of ${name}`);
}
