import { expect, test } from 'vitest'
import { checkMigration } from './check-migration.ts'
import { rules } from './rules.ts'

const part = '--> statement-breakpoint\n'
const alone = '-- no transaction\n'

/** By rule: what breaks it, and what does the same without stopping anybody. */
const cases: Record<string, { broken: string[]; allowed: string[] }> = {
  'concurrent-index': {
    broken: ['create index i on seats (zone);', 'drop index i;'],
    allowed: [
      'create table rows (id text);\ncreate index i on rows (id);',
      `${alone}drop index concurrently if exists i;`,
    ],
  },
  'concurrent-again': {
    broken: [
      `${alone}create index concurrently i on seats (zone);`,
      `${alone}create index concurrently if not exists i on seats (zone);`,
      `${alone}drop index concurrently if exists j;${part}create index concurrently i on seats (zone);`,
    ],
    allowed: [`${alone}drop index concurrently if exists i;${part}create index concurrently i on seats (zone);`],
  },
  transaction: {
    broken: [
      'drop index concurrently if exists i;',
      `${alone}alter table seats add column note text;`,
      `${alone}drop index concurrently i;`,
      `${alone}drop index concurrently if exists i; drop index concurrently if exists j;`,
    ],
    allowed: [
      `${alone}alter table seats validate constraint a;${part}alter table seats validate constraint b;`,
      'alter table seats add column note text;',
    ],
  },
  'not-valid': {
    broken: [
      `alter table seats add constraint c check (zone in ('A'));`,
      'alter table seats add constraint c foreign key (tier_id) references tiers (id);',
      'alter table seats add constraint c not null zone;',
    ],
    allowed: [
      `alter table seats add constraint c check (zone in ('A')) not valid;`,
      'alter table seats add constraint c not null zone not valid;',
      'create table rows (id text);\nalter table rows add constraint c check (id is not null);',
    ],
  },
  'validate-apart': {
    broken: [
      `alter table seats add constraint c check (zone in ('A')) not valid;${part}alter table seats validate constraint c;`,
    ],
    allowed: ['alter table seats validate constraint c;'],
  },
  'unique-by-index': {
    broken: ['alter table seats add constraint u unique (zone);', 'alter table seats add primary key (zone);'],
    allowed: ['alter table seats add constraint u unique using index seats_zone;'],
  },
  'set-not-null': {
    broken: ['alter table seats alter column zone set not null;'],
    allowed: ['alter table seats alter column zone drop not null;'],
  },
  'column-type': {
    broken: ['alter table seats alter column zone type text collate "C";'],
    allowed: ['alter table seats add column zone_2 text collate "C";'],
  },
  'add-column': {
    broken: [
      'alter table seats add column token text default gen_random_uuid();',
      'alter table seats add column zone text not null;',
      'alter table seats add column n bigint generated always as identity;',
      'alter table seats add column tier_id text references tiers (id);',
      'alter table seats add column label text generated always as (a || b) stored;',
    ],
    allowed: [
      `alter table seats add column zone text not null default 'A';`,
      'alter table seats add column made_at timestamptz not null default now();',
      'create table rows (id text not null, n bigint generated always as identity);',
    ],
  },
  rename: {
    broken: ['alter table seats rename column zone to area;', 'alter table seats rename to places;'],
    allowed: ['alter table seats rename constraint a to b;'],
  },
  contract: {
    broken: [
      'alter table seats drop column zone;',
      'drop table seats;',
      'alter table seats alter column zone drop default;',
    ],
    allowed: [
      `alter table seats alter column zone set default 'A';`,
      '-- allow contract: no version reads it since May\nalter table seats drop column zone;',
    ],
  },
  backfill: {
    broken: [`update seats set zone = 'A';`, `delete from seats where zone = 'B';`],
    allowed: [`create table rows (id text);\nupdate rows set id = 'a';`, `insert into seats (id) values ('a');`],
  },
  'exclusive-lock': {
    broken: ['lock table seats;', 'truncate seats;', 'cluster seats;', 'vacuum full seats;', 'reindex table seats;'],
    allowed: ['select id from seats;'],
  },
  'own-limits': {
    broken: [`set lock_timeout = '1h';`, `set local statement_timeout = 0;`, 'commit;'],
    allowed: ['select 1;'],
  },
}

test('each rule has examples', () => {
  expect(Object.keys(cases).toSorted()).toEqual(rules.map(({ name }) => name).toSorted())
})

test.each(Object.entries(cases))(
  '%s refuses blocking statements and accepts safe ones',
  async (rule, { broken, allowed }) => {
    for (const text of broken) {
      expect(new Set((await checkMigration(text)).map((finding) => finding.rule)), text).toContain(rule)
    }
    for (const text of allowed) expect(await checkMigration(text), text).toEqual([])
  },
)

test('reports the line, also after comments and multi-byte characters', async () => {
  const text = `-- Über Sitze\nselect 'ä';${part}\n-- why\nalter table seats add column zone text not null;\nlock table seats;\n`
  const found = await checkMigration(text)
  expect(found.map(({ rule, line }) => [rule, line])).toEqual([
    ['add-column', 5],
    ['exclusive-lock', 6],
  ])
})

test('an allow comment covers one statement and one rule, needs a reason and must be used', async () => {
  const drop = 'alter table seats drop column zone;'
  expect(await checkMigration(`-- allow contract: unread since May\n${drop}`)).toEqual([])
  expect(await checkMigration(`-- allow contract:\n${drop}`)).toHaveLength(1)
  expect(await checkMigration(`-- allow rename: other words\n${drop}`)).toHaveLength(2)
  expect(await checkMigration(`-- allow contract: unread since May\n${drop}\n${drop}`)).toMatchObject([{ line: 3 }])
  expect(await checkMigration('-- allow contract: nothing goes\nselect 1;')).toMatchObject([{ rule: 'contract' }])
})

test('fails on a syntax error', async () => {
  await expect(checkMigration('alter tabel seats')).rejects.toThrow('syntax error')
})
