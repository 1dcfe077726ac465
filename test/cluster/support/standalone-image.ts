/** The image of a standalone installation for the lab: the folder that the build makes, and the Node that runs these tests. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build, ROOT, STANDALONE } from '../../../src/build/build.ts';

const run = promisify(execFile);
const SCRIPT = join(ROOT, '..', 'shared', 'lab', 'image.sh');

/** Its tag is that of nothing else in the lab. */
export const IMAGE = { name: 'local/sluice-standalone', tag: 'test' };

/** Whether images can be made here. */
export const canMakeImages = existsSync(SCRIPT);

/** Libraries that a program is linked with, and its loader. */
async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await run('ldd', [program]);
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path = '']) => path);
}

/** As the Containerfile says, but for the base. */
export async function makeImage(): Promise<void> {
  await build();
  const root = await mkdtemp(join(tmpdir(), 'sluice-image-'));
  try {
    await cp(STANDALONE, join(root, 'app'), { recursive: true });
    const node = process.execPath;
    for (const path of await librariesOf(node)) {
      await mkdir(join(root, dirname(path)), { recursive: true });
      await cp(path, join(root, path), { dereference: true });
    }
    for (const folder of ['usr/local/bin', 'data', 'tmp'])
      await mkdir(join(root, folder), { recursive: true });
    await cp(node, join(root, 'usr/local/bin/node'), { dereference: true });
    const entry = ['node', '/app/runtime/main.js'];
    await run(SCRIPT, [`${IMAGE.name}:${IMAGE.tag}`, root, ...entry], {
      env: {
        ...process.env,
        IMAGE_USER: '65532:65532',
        IMAGE_WORKDIR: '/app',
        IMAGE_ENV: 'NODE_ENV=production',
      },
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The archive would be imported again at each start of the lab. */
export async function forgetImage(): Promise<void> {
  const home = process.env['LAB_HOME'] || join(homedir(), '.cache', 'k8s-lab');
  const file = `${IMAGE.name}:${IMAGE.tag}`.replaceAll(/[/:]/g, '_');
  await rm(join(home, 'images', `${file}.tar`), { force: true });
}
