/** Which file systems a database must not be on. */
import { statfsSync } from 'node:fs';

/**
 * By the type that `statfs` gives (`linux/magic.h`). Their locks do not hold on every server or are kept by each client alone, and what was
 * synced may still be on its way, so that two processes could write one database, and a power cut could lose what was answered.
 */
const NETWORK: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'SMB (CIFS)',
  0xfe534d42: 'SMB',
  0x564c: 'NCP',
  0x01021997: '9P',
  0x65735546: 'FUSE',
  0x00c36400: 'Ceph',
  0x5346414f: 'AFS',
  0x73757245: 'Coda',
  0x0bd00bd0: 'Lustre',
};

/** Throws an Error that says why when the folder is on a file system of a network. */
export function checkFileSystem(
  folder: string,
  typeOf: (folder: string) => number = (path) => statfsSync(path).type,
): void {
  // Some of them have the highest bit set, which a signed number would show as negative.
  const name = NETWORK[typeOf(folder) >>> 0];
  if (name !== undefined)
    throw new Error(
      `${folder} is on ${name}, a file system whose locks and syncs cannot be relied on. The data needs a local disk or a block volume (ReadWriteOnce).`,
    );
}
