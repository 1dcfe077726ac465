/** A process that supervises a host and is there to be killed: prints `{"host":…,"url":…}` when ready. */
import { supervise } from '../../../src/emulators/functions-host/process/supervisor.ts';

const [appDir = ''] = process.argv.slice(2);
const settings = { AzureFunctionsJobHost__functionTimeout: '-1' };
const host = await supervise({ appDir, settings });
console.log(JSON.stringify({ host: host.pid(), url: host.url() }));
