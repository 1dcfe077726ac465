/** What is being written, and what of it is sent. */
import { useMemo, useState } from 'react';
import type { JsonObject, JsonTree } from '../../../core/json/text.ts';
import { writeJson } from '../../../core/json/write.ts';
import { kindOfRequest, type Path, paramsAt, withParams, withValue } from './model/request.ts';
import { EMPTY_ENTRY, type Form, fieldsOf, formOf } from './model/schema.ts';
import { toSend } from './model/values.ts';
import { HOW_PLACES } from './parts/how.tsx';
import type { Loaded } from './what/loaded.ts';
import { ownFields } from './what/own-fields.ts';

const NUL = '\u0000';

function useForm(loaded: Loaded | undefined, given: JsonObject): Form {
  const names = [...given.keys()].join(NUL);
  return useMemo(
    () => formOf(loaded?.entry ?? EMPTY_ENTRY, names === '' ? [] : names.split(NUL)),
    [loaded, names],
  );
}

export function useDraft(loaded: Loaded | undefined, first: JsonObject) {
  const [request, setRequest] = useState(first);
  const given = paramsAt(request);
  const form = useForm(loaded, given);
  const kind = loaded?.kind ?? kindOfRequest(request);
  const own = ownFields(kind, loaded);
  const places: readonly Path[] = [
    ['pipeline'],
    ['params'],
    ...fieldsOf(form).map(({ name }) => ['params', name]),
    ...own.map(({ path }) => path),
    ...HOW_PLACES,
  ];
  return {
    request,
    form,
    given,
    kind,
    own,
    places,
    /** What is sent: JSON text, with all digits. Nextflow has its defaults itself, and a profile may set others. */
    body: writeJson(withParams(request, kind === 'nextflow' ? given : toSend(form, given))),
    secrets: new Set(fieldsOf(form).flatMap(({ name, secret }) => (secret ? [name] : []))),
    replace: setRequest,
    set: (path: Path, value: JsonTree | undefined) =>
      setRequest((before) => withValue(before, path, value)),
    setParams: (params: JsonObject) => setRequest((before) => withParams(before, params)),
  };
}

export type Draft = ReturnType<typeof useDraft>;
