import { emulator } from '../../torture/emulator.ts';
import { silentSuite } from '../../torture/silent-suite.ts';

/** SILENT_SECONDS=600 for the ten minutes. That a watch has died without a word shows only after one. */
const seconds = Number(process.env['SILENT_SECONDS'] ?? 20);

silentSuite('emulator', emulator, {
  seconds,
  freezeSeconds: Math.min(20, seconds / 4),
  freeze: seconds < 60 ? 'logs' : 'logs and watches',
});
