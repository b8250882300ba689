import { useDatabase } from '@tikitu/kit/testing/database/database'
import { migrationsUpTo } from '@tikitu/kit/testing/database/older-migrations'
import { runMigrate } from '@tikitu/kit/testing/database/run-migrate'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { migrations } from './factories.ts'

const database = useDatabase(migrationsUpTo(migrations, 5))

test('finds partners and venues from before search words as soon as the migration has ended', async () => {
  await database.db.execute(sql`
    insert into partners (id, name, legal_name, registration_number, country, address_lines, contact_email, status, created_by, created_at)
    values ('ptr_1', 'Théâtre du Globe', 'Globe SARL', '1', 'FR', '{}', 'globe@example.org', 'VERIFIED', 'usr_1', now())`)
  await database.db.execute(sql`
    insert into venues (id, partner_id, name, address_lines, city, country, time_zone, capacity, accessibility_features, images, created_at)
    values ('ven_1', 'ptr_1', 'Grande Salle', '{}', 'Liège', 'BE', 'Europe/Brussels', 10, '{}', '[]', now())`)
  await runMigrate(new URL('../src/migrate.ts', import.meta.url), { service: 'partner', database })
  const { rows } = await database.db.execute(sql`
    select partners.searchable @@ '''theatre'' & ''globe'''::tsquery as partner,
      venues.searchable @@ '''salle'' & ''liege'''::tsquery as venue, venues.folded_city as city
    from partners, venues`)
  expect(rows).toEqual([{ partner: true, venue: true, city: 'liege' }])
})
