/** The root of all screens' routes; `router.ts` gives it the shell. */
import { createRootRoute } from '@tanstack/react-router';

export const rootRoute = createRootRoute();
