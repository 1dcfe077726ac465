/** In-memory state of one app instance. */
import type { World } from '../../ports/world.ts';

/** Makes the state at first use; copies of a world, such as the one with the API's storage checks, share it. */
export function perInstance<T>(make: () => T): (world: World) => T {
  const made = new WeakMap<object, { readonly state: T }>();
  return ({ instance }) => {
    const known = made.get(instance) ?? { state: make() };
    made.set(instance, known);
    return known.state;
  };
}
