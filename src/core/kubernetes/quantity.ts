/** Kubernetes quantities of CPU and memory. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/** The value of a quantity such as `512Mi`, `1.5G`, `500m` or `1e3`; null when it is not one. */
export function quantity(text: string): number | null {
  const match = /^(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,3})|([A-Za-z]{0,2}))$/.exec(text);
  const unit = match === null ? undefined : UNITS[match[3] ?? ''];
  if (match === null || unit === undefined) return null;
  return Number(`${match[1]}e${match[2] ?? 0}`) * unit;
}
