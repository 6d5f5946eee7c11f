/** Text that opens a door: tokens, and the links of VNeID that carry one in their query (fact sheet 1.2, quirk 17). */
import { inspect } from 'node:util';

const SHOWN = '[secret]';

/** Printing, JSON, templates and `util.inspect` show that there is one, and nothing of it. `reveal` is the one way to it, so that a search finds every use. */
export class SecretText {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  reveal(): string {
    return this.#text;
  }
  toString(): string {
    return SHOWN;
  }
  toJSON(): string {
    return SHOWN;
  }
  [inspect.custom](): string {
    return SHOWN;
  }
}
