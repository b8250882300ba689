import { useDatabase } from '@tikitu/kit/testing/database/database'
import { migrationsUpTo } from '@tikitu/kit/testing/database/older-migrations'
import { runMigrate } from '@tikitu/kit/testing/database/run-migrate'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { migrations } from './factories.ts'

const database = useDatabase(migrationsUpTo(migrations, 3))

test('people from before search words are found by them as soon as the migration has ended', async () => {
  await database.db.execute(sql`
    insert into users (id, name, locale, time_zone, status, created_at, updated_at)
    select 'usr_' || n, 'Łukasz ' || n, 'en', 'UTC', 'ACTIVE', now(), now() from generate_series(1, 150) as n`)
  const own = { AWS_REGION: 'local', AWS_COGNITO_USER_POOL_ID: 'local_pool', AWS_COGNITO_CLIENT_ID: 'client' }
  await runMigrate(new URL('../src/migrate.ts', import.meta.url), { service: 'user', database, own })
  const { rows } = await database.db.execute(sql`
    select count(*)::integer as found from users where name_words @@ '''lukasz'''::tsquery and search_rule > 0`)
  expect(rows).toEqual([{ found: 150 }])
})
