/** The start screen in tests: entries of the catalogue, and what is found on it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { Client } from '../../../../src/client/index.ts';

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

/** The request of a run as it was sent, with its digits. */
export async function sentOf(client: Client, run: string): Promise<string> {
  const text = await client.getRunText(run);
  return text.slice(text.indexOf('"request":'));
}

/** Drops a file of this machine on an element, as somebody would with the mouse. */
export async function dropFile(page: Page, on: string, name: string, text: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-drop-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, name);
  await writeFile(path, text);
  await page.locator(on).scrollIntoViewIfNeeded();
  const box = await page.locator(on).boundingBox();
  if (box === null) throw new Error(`${on} is not shown`);
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: Math.max(box.y, 0) + 20 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  }
}
