/**
 * What a function makes of an object, made once for as long as somebody holds the object. The host of a simulator asks what a request is about and
 * then has it handled: the second parse is saved.
 */
export function oncePer<In extends object, Out>(make: (input: In) => Out): (input: In) => Out {
  const made = new WeakMap<In, { out: Out }>();
  return (input) => {
    const known = made.get(input);
    if (known !== undefined) return known.out;
    const out = make(input);
    made.set(input, { out });
    return out;
  };
}
