/** The params: as a form, or as text of JSON or YAML, or from a file. */
import { useState } from 'react';
import { DropZone } from 'react-aria-components/DropZone';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import type { JsonObject } from '../../../../core/json/text.ts';
import { prettyJson } from '../../../../core/json/write.ts';
import { Button } from '../../../ui/button.tsx';
import { TextInput } from '../../../ui/fields.tsx';
import { toast } from '../../../ui/toast.tsx';
import { placeId } from '../model/places.ts';
import type { Path } from '../model/request.ts';
import type { Form } from '../model/schema.ts';
import { objectOf, paramsOfJson } from '../model/values.ts';
import { Groups } from './groups.tsx';
import { type Mode, Modes } from './modes.tsx';

type Props = {
  readonly form: Form;
  readonly given: JsonObject;
  readonly errorAt: (path: Path) => string | undefined;
  readonly isTold: boolean;
  readonly onChange: (given: JsonObject) => void;
  /** Text that is no params: nothing can be started with it. */
  readonly onFault: (fault: string | undefined) => void;
};

/** Larger files are no params: the server takes 128 KiB. */
const FILE_MAX = 1_000_000;

type Yaml = typeof import('../../../../core/json/yaml.ts');
/** Only who writes YAML loads its parser. */
const loadYaml = (): Promise<Yaml> => import('../../../../core/json/yaml.ts');

function paramsOfYaml(yaml: Yaml, text: string): JsonObject {
  const [only = new Map(), ...others] = yaml.parseYaml(text);
  if (others.length > 0) throw new Error('has more than one document');
  return objectOf(only ?? new Map());
}

const sentence = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

async function paramsOfFile(file: File): Promise<JsonObject> {
  if (file.size > FILE_MAX) throw new Error(`is larger than ${FILE_MAX} bytes`);
  const text = await file.text();
  if (file.name.endsWith('.json')) return paramsOfJson(text);
  return paramsOfYaml(await loadYaml(), text);
}

type TextProps = Pick<Props, 'errorAt' | 'onChange' | 'onFault'> & {
  readonly first: string;
  readonly language: 'JSON' | 'YAML';
  readonly read: (text: string) => JsonObject;
};

const ROWS = 16;

function TextParams({ first, language, read, errorAt, onChange, onFault }: TextProps) {
  const [text, setText] = useState(first);
  const [fault, setFault] = useState<string>();
  const tell = (next: string | undefined) => {
    setFault(next);
    onFault(next);
  };
  return (
    <div id={placeId(['params'])}>
      <TextInput
        label={`Parameters as ${language}`}
        description="Only what differs from the defaults of the pipeline has to be here."
        error={fault ?? errorAt(['params'])}
        rows={ROWS}
        code
        spellCheck="false"
        value={text}
        onChange={(next) => {
          setText(next);
          try {
            onChange(read(next));
            tell(undefined);
          } catch (error) {
            tell(`This is no ${language} of params: ${sentence(error)}`);
          }
        }}
      />
    </div>
  );
}

function useFiles({ given, onChange }: Pick<Props, 'given' | 'onChange'>) {
  const [fault, setFault] = useState<string>();
  const take = async (file: File | undefined): Promise<boolean> => {
    if (file === undefined) return false;
    try {
      const params = await paramsOfFile(file);
      onChange(params);
      setFault(undefined);
      toast({
        text: `${file.name}: ${params.size} parameters`,
        action: { label: 'Undo', run: () => onChange(given) },
      });
      return true;
    } catch (error) {
      setFault(`${file.name}: ${sentence(error)}`);
      return false;
    }
  };
  return { fault, take };
}

function useText({ given, onChange, onFault }: Props) {
  const [mode, setMode] = useState<Mode>('form');
  const [yaml, setYaml] = useState<Yaml>();
  /** Another text editor for each change of mode, and for each file. */
  const [edition, setEdition] = useState(0);
  const renew = () => {
    onFault(undefined);
    setEdition((before) => before + 1);
  };
  const choose = async (next: Mode): Promise<void> => {
    if (next === 'yaml') setYaml(await loadYaml());
    setMode(next);
    renew();
  };
  const first =
    mode === 'yaml' && yaml ? (given.size === 0 ? '' : yaml.writeYaml(given)) : prettyJson(given);
  const read = (text: string): JsonObject =>
    mode === 'yaml' && yaml ? paramsOfYaml(yaml, text) : paramsOfJson(text);
  return { mode, choose, renew, key: `${mode} ${edition}`, first, read, onChange };
}

export function Params(props: Props) {
  const { errorAt, onChange, onFault } = props;
  const text = useText(props);
  const files = useFiles({ given: props.given, onChange });
  const [isFaulty, setIsFaulty] = useState(false);
  const note = (fault: string | undefined) => {
    setIsFaulty(fault !== undefined);
    onFault(fault);
  };
  const take = async (file: File | undefined) => {
    if (await files.take(file)) {
      note(undefined);
      text.renew();
    }
  };
  return (
    <DropZone
      className="card start-part start-drop"
      aria-label="Drop a file of parameters"
      getDropOperation={() => 'copy'}
      onDrop={({ items }) => {
        const item = items.find((each) => each.kind === 'file');
        if (item?.kind === 'file') void item.getFile().then(take);
      }}
    >
      <div className="start-part-head">
        <h2>Parameters</h2>
        <Modes mode={text.mode} isLocked={isFaulty} onChange={(mode) => void text.choose(mode)} />
        <FileTrigger
          acceptedFileTypes={['.json', '.yaml', '.yml']}
          onSelect={(list) => void take(list?.[0])}
        >
          <Button>Load a file…</Button>
        </FileTrigger>
      </div>
      {files.fault !== undefined && (
        <p className="field-error" role="alert">
          {files.fault}
        </p>
      )}
      {text.mode === 'form' ? (
        <Groups {...props} />
      ) : (
        <TextParams
          key={text.key}
          language={text.mode === 'json' ? 'JSON' : 'YAML'}
          first={text.first}
          read={text.read}
          errorAt={errorAt}
          onChange={onChange}
          onFault={note}
        />
      )}
    </DropZone>
  );
}
