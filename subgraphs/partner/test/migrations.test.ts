import { useDatabase } from '@tikitu/kit/testing/database/database'
import { migrationsUpTo } from '@tikitu/kit/testing/database/older-migrations'
import { runMigrate } from '@tikitu/kit/testing/database/run-migrate'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { fetchFile } from '@tikitu/storage/testing/fetch-file'
import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { migrations, partnerOn, scan, testAdmin } from './factories.ts'

const database = useDatabase(migrationsUpTo(migrations, 5))

beforeAll(async () => {
  await database.db.execute(sql`
    insert into partners (id, name, legal_name, registration_number, country, address_lines, contact_email, status, created_by, created_at)
    values ('ptr_1', 'Théâtre du Globe', 'Globe SARL', '1', 'FR', '{}', 'globe@example.org', 'VERIFIED', 'usr_1', now())`)
  await database.db.execute(sql`
    insert into venues (id, partner_id, name, address_lines, city, country, time_zone, capacity, accessibility_features, images, created_at)
    values ('ven_1', 'ptr_1', 'Grande Salle', '{}', 'Liège', 'BE', 'Europe/Brussels', 10, '{}', '[]', now())`)
  await database.db.execute(sql`
    insert into partner_documents (id, partner_id, kind, file_name, content_type, byte_size, sha256, status, uploaded_by, uploaded_at)
    values ('doc_1', 'ptr_1', 'IDENTITY', 'passport.pdf', 'application/pdf', 22, 'x', 'APPROVED', 'usr_1', now())`)
  await database.db.execute(
    sql`insert into partner_document_contents (document_id, content) values ('doc_1', ${scan()})`,
  )
  await runMigrate(new URL('../src/migrate.ts', import.meta.url), { service: 'partner', database })
})

test('finds partners and venues from before search words as soon as the migration has ended', async () => {
  const { rows } = await database.db.execute(sql`
    select partners.searchable @@ '''theatre'' & ''globe'''::tsquery as partner,
      venues.searchable @@ '''salle'' & ''liege'''::tsquery as venue, venues.folded_city as city
    from partners, venues`)
  expect(rows).toEqual([{ partner: true, venue: true, city: 'liege' }])
})

test('downloads a document whose file was stored in the database', async () => {
  const subgraph = await partnerOn(database)
  const { data } = await callAs(subgraph, testAdmin(), {
    query: '{ partnerDocumentFile(documentId: "doc_1") { url } }',
  })
  const { url } = (data as unknown as { partnerDocumentFile: { url: string } }).partnerDocumentFile
  const file = await fetchFile(subgraph.handle, url)
  expect([file.status, file.content]).toEqual([200, scan()])
})
