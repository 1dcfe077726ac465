/** The release whose behaviour the emulator shows: that of the cluster that it was compared with. */
export const VERSION = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.4+emulator',
  gitCommit: '',
  gitTreeState: 'archive',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'node',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
};
