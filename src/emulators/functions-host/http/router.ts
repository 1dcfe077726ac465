import type { FunctionDefinition, HttpTrigger } from '../definition.ts';
import { messageOf } from '../log.ts';
import { compileRoute, type RouteMatcher } from './route-template.ts';

export type HttpFunction = FunctionDefinition<HttpTrigger>;

export type RouteMatch = {
  readonly definition: HttpFunction;
  readonly params: Record<string, string>;
};

export type Router = {
  /** The first function, by name, whose route and methods match. `path` is still encoded. */
  match(method: string, path: string): RouteMatch | undefined;
};

function overlap(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((method) => b.includes(method));
}

/**
 * Routes as the Functions host builds them: functions in the order of their names without case, the
 * first match wins, a function of another method is no match at all (so there is never a 405).
 * Throws an Error on a bad template, a reserved route, or two functions with one route and method.
 */
export function createRouter(functions: readonly HttpFunction[], routePrefix: string): Router {
  const routes: { definition: HttpFunction; template: string; matches: RouteMatcher }[] = [];
  for (const definition of functions) {
    const own = (definition.trigger.route ?? definition.name).replace(/^\/+/, '');
    if (/^(?:admin|runtime)/i.test(own)) {
      throw new Error(
        `Function '${definition.name}': the route '${own}' conflicts with one of the built in routes`,
      );
    }
    const template = [routePrefix, own].filter((part) => part !== '').join('/');
    const rival = routes.find(
      (route) =>
        route.template.toLowerCase() === template.toLowerCase() &&
        overlap(route.definition.trigger.methods, definition.trigger.methods),
    );
    if (rival !== undefined) {
      throw new Error(
        `Function '${definition.name}': the route '${template}' conflicts with that of function '${rival.definition.name}'`,
      );
    }
    try {
      routes.push({ definition, template, matches: compileRoute(template) });
    } catch (error) {
      const text = `Function '${definition.name}': bad route '${template}': ${messageOf(error)}`;
      throw new Error(text, { cause: error });
    }
  }
  return {
    match(method, path) {
      for (const { definition, matches } of routes) {
        const { methods } = definition.trigger;
        if (methods.length > 0 && !methods.includes(method)) {
          continue;
        }
        const params = matches(path);
        if (params !== undefined) {
          return { definition, params };
        }
      }
      return undefined;
    },
  };
}
