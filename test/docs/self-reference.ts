/** Preloaded into an example's process: `lienthong` means this checkout's source, so that examples run without a build. */
import { registerHooks } from 'node:module';

const root = new URL('../../', import.meta.url);

registerHooks({
  resolve(specifier, context, next) {
    const adapter = /^lienthong\/adapters\/([a-z0-9-]+)$/.exec(specifier)?.[1];
    if (specifier === 'lienthong') return next(new URL('src/index.ts', root).href, context);
    if (specifier === 'lienthong/testing') return next(new URL('src/testing/index.ts', root).href, context);
    return adapter === undefined ? next(specifier, context) : next(new URL(`adapters/${adapter}/adapter.ts`, root).href, context);
  },
});
