import { Forbidden, InvalidInput } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { plansOf } from '@tikitu/kit/testing/database/plans'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { administrator, migrations, person, today } from '../../../test/factories.ts'
import { suspendUser } from '../account/suspend-user.ts'
import { updateProfile } from '../profile/update-profile.ts'
import { listUsers } from './list-users.ts'
import { indexSearch } from './search-index.ts'

const database = useDatabase(migrations)
const world = { database }

test('pages through everybody, the newest first, and passes nobody over though many came at one moment', async () => {
  const staff = await administrator(world)
  for (let n = 0; n < 7; n++) {
    const now = new Date(today.getTime() + Math.floor(n / 3) * 1000)
    await person(world, { name: `Page ${n}`, now })
  }
  const seen: string[] = []
  let after: string | null = null
  do {
    const { edges, pageInfo } = await listUsers(staff.ctx, { filter: { search: 'page' }, first: 2, after })
    seen.push(...edges.map(({ node }) => node.name ?? ''))
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after)
  expect(seen[0]).toBe('Page 6')
  expect(seen.toSorted()).toEqual(['Page 0', 'Page 1', 'Page 2', 'Page 3', 'Page 4', 'Page 5', 'Page 6'])
  const lastPage = await listUsers(staff.ctx, { filter: { search: 'page' }, last: 2 })
  expect(lastPage.edges.map(({ node }) => node.name)).toEqual(seen.slice(-2))
  const earlier = await listUsers(staff.ctx, {
    filter: { search: 'page' },
    last: 2,
    before: lastPage.pageInfo.startCursor,
  })
  expect(earlier.edges.map(({ node }) => node.name)).toEqual(seen.slice(-4, -2))
})

test.each([
  ['the beginning of the address', 'Zoe.Zimt', true],
  ['a word of the name', 'quentin', true],
  ['the beginning of a word, without its accent', 'quE', true],
  ['words of the name in any order', 'quentin zoe', true],
  ['signs between the words', "zoe-(quentin)' | x", false],
  ['nothing but signs', "!'&", false],
  ['the middle of the address', 'zimt@', false],
  ['a wildcard', 'z%n', false],
])('finds somebody by %s', async (_what, search, isFound) => {
  const staff = await administrator(world)
  const { row } = await person(world, { email: 'zoe.zimt@example.org', name: 'Zoë Quéntin' })
  const { edges } = await listUsers(staff.ctx, { filter: { search }, first: 100 })
  expect(edges.some(({ node }) => node.id === row.id)).toBe(isFound)
})

test('finds names in any script and however they are typed, also those from before the rule and after a change', async () => {
  const staff = await administrator(world)
  const { ctx, row } = await person(world, { name: 'Łukasz O\u2019Brien 佐藤健太' })
  const found = async (search: string) =>
    (await listUsers(staff.ctx, { filter: { search }, first: 100 })).edges.some(({ node }) => node.id === row.id)
  for (const search of ['lukasz', "O'Brien", 'obrien', '佐藤', '健太', '太']) {
    expect([search, await found(search)]).toEqual([search, true])
  }
  await updateProfile(ctx, { name: 'Nguyễn Đức' })
  expect([await found('lukasz'), await found('duc nguyen')]).toEqual([false, true])
  await database.db.execute(sql`update users set name = 'Søren' where id = ${row.id}`)
  expect(await indexSearch(staff.ctx)).toBe(1)
  expect([await found('soren'), await found('duc')]).toEqual([true, false])
})

test('finds somebody by id, and by state', async () => {
  const staff = await administrator(world)
  const { row } = await person(world)
  await suspendUser(staff.ctx, { userId: row.id, reason: 'Fraud' })
  const find = async (status: 'ACTIVE' | 'SUSPENDED') =>
    (await listUsers(staff.ctx, { filter: { search: row.id, status } })).edges.length
  expect(await find('SUSPENDED')).toBe(1)
  expect(await find('ACTIVE')).toBe(0)
})

test('refuses anybody who is not staff, too large a page, and a cursor of another list', async () => {
  const [staff, ada] = [await administrator(world), await person(world)]
  await expect(listUsers(ada.ctx, {})).rejects.toThrow(Forbidden)
  await expect(listUsers(staff.ctx, { first: 101 })).rejects.toThrow(InvalidInput)
  const foreign = Buffer.from('["a"]').toString('base64url')
  await expect(listUsers(staff.ctx, { after: foreign })).rejects.toThrow(InvalidInput)
})

test.each([{}, { search: 'rare' }, { search: 'rare9@' }, { search: '+3120' }, { status: 'SUSPENDED' as const }])(
  'reads few of many people for %o',
  async (filter) => {
    const staff = await administrator(world)
    await database.db.execute(sql`
      insert into users (
        id, email, phone, name, locale, time_zone, status, created_at, updated_at, name_words, search_rule)
      select 'usr_many' || n, case when n % 9000 = 0 then 'rare' else 'person' end || n || '@example.org', '+' || n,
        case when n % 9000 = 0 then 'Rare' else 'Common' end || ' Person', 'en', 'UTC',
        case when n % 9000 = 0 then 'SUSPENDED' else 'ACTIVE' end, now() - n * interval '1 second', now(),
        (case when n % 9000 = 0 then 'rare:1A' else 'common:1A' end || ' person:2A')::tsvector, 1
      from generate_series(1, 20000) n on conflict do nothing`)
    await database.pool.query('vacuum analyze users')
    const list = (await plansOf(database.pool, () => listUsers(staff.ctx, { filter }))).at(-1)
    expect(list?.seqScans).toEqual([])
    expect(list?.rowsRead).toBeLessThan(100)
  },
)
