/**
 * From a template to a file. A template is TypeScript with two kinds of marks: what stands in `⟦…⟧` is about types only and
 * is left out of JavaScript; `‹key›` or `‹key about›` becomes the text of a TODO.
 */
import { todoText, TODOS, type TodoKey } from './todos.ts';

export type Language = 'ts' | 'js';
export interface GeneratedFile { path: string; content: string }

/** @throws TypeError for a mark that no TODO has: a mistake in a template */
export function render(template: string, language: Language): string {
  const marked = template.replace(/‹(\w+)(?: ([^›]*))?›/g, (_mark, key: string, about?: string) => {
    if (!Object.hasOwn(TODOS, key)) throw new TypeError(`no TODO '${key}'`);
    return todoText(key as TodoKey, about);
  });
  if (language === 'ts') return marked.replace(/[⟦⟧]/g, '');
  return marked.replace(/^⟦[^⟧]*⟧\n/gm, '').replace(/⟦[^⟧]*⟧/g, '').replace(/(from |import\()'(\.\/[\w.-]+)\.ts'/g, "$1'$2.js'").replace(/\n{3,}/g, '\n\n');
}
