/** The start screen in tests: entries of the catalogue, and what is found on it. */
import type { Locator, Page } from 'playwright-core';

/** More digits than a number of JavaScript has. */
export const BIG = '9007199254740993';

/** As nf-core writes schemas: groups, help, hidden params, a condition. */
const SCHEMA = `{
  "$defs": {
    "io": {
      "title": "Input and output", "description": "Where the data is, and where results go.", "type": "object",
      "required": ["input"],
      "properties": {
        "input": {"type": "string", "title": "Samples", "format": "file-path", "pattern": "^\\\\S+\\\\.csv$",
          "description": "A table of the samples.", "help_text": "One row a sample:\\nname, reads."},
        "outdir": {"type": "string", "description": "A folder for results."},
        "seed": {"type": "integer", "minimum": 1, "description": "Seed of the random numbers."}
      }
    },
    "align": {
      "title": "Alignment", "type": "object",
      "properties": {
        "aligner": {"enum": ["star", "hisat2"], "default": "star", "description": "The program that aligns."},
        "save_all": {"type": "boolean", "description": "Keep what lies between."},
        "regions": {"type": "array", "items": {"type": "string"}, "description": "Names of regions."},
        "trace": {"type": "string", "hidden": true, "description": "For developers."},
        "api_token": {"type": "string", "description": "For the archive."}
      },
      "if": {"properties": {"aligner": {"const": "hisat2"}}, "required": ["aligner"]},
      "then": {"properties": {"index": {"type": "string", "description": "Index of hisat2."}}, "required": ["index"]}
    }
  },
  "allOf": [{"$ref": "#/$defs/io"}, {"$ref": "#/$defs/align"}]
}`;
export const ENTRY = `{
  "name": "align", "description": "Aligns reads to a genome.",
  "shell": {"script": "cat $SLUICE_PARAMS_FILE"},
  "params": {"outdir": "results"}, "params_schema": ${SCHEMA},
  "overridable": ["lane", "deadline_seconds", "shell.env", "shell.secret_env"]
}`;
export const FAILS = `{"name": "picky", "shell": {"script": "grep -q good $SLUICE_PARAMS_FILE"}, "params": {"word": "bad"}}`;

export const checked = (page: Page, text: string | RegExp) =>
  page.locator('.start-status', { hasText: text }).waitFor();
export const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
export const hasFocus = async (what: Locator) =>
  (await what.and(what.page().locator(':focus')).count()) === 1;
export const start = (page: Page) => page.getByRole('button', { name: 'Start', exact: true });
export const started = async (page: Page): Promise<string> => {
  await page.waitForURL(/\/ui\/runs\/r[0-9a-z]{15}/);
  return /r[0-9a-z]{15}/.exec(page.url())?.[0] ?? '';
};
