import { expect, it } from 'vitest';
import { LOST_REPLIES } from '../../adapters/dvcqg/adapter.ts';
import { LOST_REPLIES as DVCLT_REPLIES } from '../../adapters/dvclt/adapter.ts';
import { configure, LOST_REPLIES as EMC_REPLIES } from '../../adapters/emc/adapter.ts';
import { LOST_REPLIES as LAND_REPLIES } from '../../adapters/vbdlis/adapter.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { read } from './documents.ts';
import { withTables } from './lost-replies-tables.ts';

const text = read('docs/lost-replies.md');

it('holds the decisions as the code takes them (else run test/docs/lost-replies-tables.ts)', () => {
  expect(text).toBe(withTables(text));
});

it.each(Object.keys(ADAPTERS))('covers every operation of %s', (id) => {
  const section = text.slice(text.indexOf(`(${id})\n`));
  for (const operation of Object.keys(ADAPTERS[id]?.operations ?? {})) expect(section, operation).toContain(`\n| \`${operation}\` |`);
});

it('says what the operations really declare', () => {
  for (const [id, operation] of Object.entries(ADAPTERS['dvcqg']?.operations ?? {})) {
    const { how } = LOST_REPLIES[id] ?? { how: 'missing' };
    const declared = operation.access === 'read' ? ['read-again'] : operation.probe !== undefined ? ['probe'] : ['per-step', 'resend-once'];
    expect(declared, id).toContain(how);
  }
});

it('says what the operations of the land systems really declare', () => {
  const land = ADAPTERS['vbdlis']?.operations ?? {};
  expect(Object.keys(LAND_REPLIES).sort()).toEqual(Object.keys(land).sort());
  for (const [id, { how }] of Object.entries(LAND_REPLIES)) {
    const operation = land[id];
    const declared = operation?.access === 'read' ? 'read-again' : operation?.probe !== undefined ? 'known-again' : operation?.lostReply?.({}, { config: {} }).then;
    expect(declared, id).toBe(how);
  }
});

it('says what the operations of the interconnected services really declare', () => {
  const operations = ADAPTERS['dvclt']?.operations ?? {};
  expect(Object.keys(DVCLT_REPLIES).sort()).toEqual(Object.keys(operations).sort());
  for (const [id, { how }] of Object.entries(DVCLT_REPLIES)) expect(operations[id]?.access === 'read' ? 'read-again' : operations[id]?.probe !== undefined ? 'known-again' : 'undecided', id).toBe(how);
});

it('says what the operation of EMC really declares', () => {
  const { trackDossier } = ADAPTERS['emc']?.operations ?? {};
  expect(trackDossier?.lostReply?.({}, { config: configure({ baseUrl: 'https://emc.example.vn', siteId: 1 }) }).then).toBe(EMC_REPLIES.trackDossier.how);
});
