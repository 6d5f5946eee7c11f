import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { modelErrors } from '../../src/contract/errors/model.ts';

const room = new URL('../../src/model/', import.meta.url);
const used = new Set(readdirSync(room).filter((file) => file.endsWith('.ts')).flatMap((file) => readFileSync(new URL(file, room), 'utf8').match(/'LT-MODEL-[A-Z0-9-]+'/g) ?? []).map((code) => code.slice(1, -1)));
const listed = modelErrors.map(({ code }) => code as string);

it('every code of the model is explained once, and none is explained in vain', () => {
  expect(new Set(listed).size).toBe(listed.length);
  expect([...used].sort()).toEqual([...listed].sort());
});
