/** Which methods a path takes: to answer 405 with Allow instead of 404. */

export interface RouteTable {
  add(method: string, url: string): void;
  /** methods of the routes that this path would match, sorted */
  methodsOf(url: string): string[];
}

export function createRouteTable(): RouteTable {
  const routes: { method: string; pattern: RegExp }[] = [];
  return {
    add(method, url) {
      // In fastify's patterns `::` is a colon and `:name` with an optional expression a parameter.
      const source = url.split('/').map((part) => part.replace(/::|:[A-Za-z]+(\([^)]*\))?|[.*+?^${}()|[\]\\]/g, (piece) => (piece === '::' ? ':' : piece.startsWith(':') ? '[^/:]+' : `\\${piece}`))).join('/');
      routes.push({ method, pattern: new RegExp(`^${source}/?$`) });
    },
    methodsOf(url) {
      const path = url.split('?', 1)[0] ?? '';
      if (path.length > 500) return [];
      return [...new Set(routes.filter((r) => r.pattern.test(path)).map((r) => r.method))].sort();
    },
  };
}
