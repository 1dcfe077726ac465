/** State that one instance of the app keeps in memory. */
import type { World } from '../../ports/world.ts';

/** Makes it at the first use; copies of a world, such as the one that the API watches, share it. */
export function perInstance<T>(make: () => T): (world: World) => T {
  const made = new WeakMap<object, { readonly state: T }>();
  return ({ instance }) => {
    const known = made.get(instance) ?? { state: make() };
    made.set(instance, known);
    return known.state;
  };
}
