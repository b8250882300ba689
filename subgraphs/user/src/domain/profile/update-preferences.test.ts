import { InvalidInput } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { asc, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, migrations, person } from '../../../test/factories.ts'
import { consentRecords, userPreferences } from '../../db/tables.ts'
import { updatePreferences } from './update-preferences.ts'

const database = useDatabase(migrations)
const world = { database }

const preferencesOf = async (userId: string) =>
  (await database.db.select().from(userPreferences).where(eq(userPreferences.userId, userId)))[0]

const lastStateOf = async (userId: string) =>
  (await outboxOf(database.db)).filter(({ event }) => event.subject === userId).at(-1)?.event.data

test('changes what is given and keeps the rest', async () => {
  const { ctx, row } = await person(world)
  await updatePreferences(ctx, { currency: 'IDR', accessibilityNeeds: ['HEARING_LOOP', 'HEARING_LOOP', 'CAPTIONS'] })
  await updatePreferences(ctx, { favouriteCategories: ['THEATRE', 'COMEDY', 'THEATRE'] })
  expect(await preferencesOf(row.id)).toMatchObject({
    currency: 'IDR',
    accessibilityNeeds: ['HEARING_LOOP', 'CAPTIONS'],
    favouriteCategories: ['THEATRE', 'COMEDY'],
    marketingConsent: false,
    marketingConsentAt: null,
  })
})

test('tells the others in which language to write, and whether marketing is welcome', async () => {
  const { ctx, row } = await person(world)
  await updatePreferences(ctx, { language: 'id', marketingConsent: { isGiven: true, textVersion: '2027-01' } })
  expect(await lastStateOf(row.id)).toMatchObject({ version: 2, locale: 'id', marketingConsent: true })
  await updatePreferences(ctx, { language: null })
  expect(await lastStateOf(row.id)).toMatchObject({ version: 3, locale: 'en', marketingConsent: true })
})

test('keeps every answer to the question of marketing, with its version and moment', async () => {
  const { ctx, row, viewer } = await person(world)
  const given = { marketingConsent: { isGiven: true, textVersion: '2027-01' } }
  await updatePreferences(ctx, given)
  const later = new Date('2027-04-01T10:00:00Z')
  const withdrawn = { marketingConsent: { isGiven: false, textVersion: '2027-02' } }
  await updatePreferences(ctxOf(world, viewer, later), withdrawn)
  expect(await preferencesOf(row.id)).toMatchObject({
    marketingConsent: false,
    marketingConsentVersion: '2027-02',
    marketingConsentAt: later,
  })
  const records = await database.db
    .select()
    .from(consentRecords)
    .where(eq(consentRecords.userId, row.id))
    .orderBy(asc(consentRecords.givenAt))
  expect(records).toMatchObject([
    { isGiven: true, version: '2027-01', givenAt: ctx.now() },
    { isGiven: false, version: '2027-02', givenAt: later },
  ])
})

test.each([
  ['favouriteCategories', { favouriteCategories: null }],
  ['marketingConsent.textVersion', { marketingConsent: { isGiven: true, textVersion: ' ' } }],
])('refuses a bad %s and changes nothing', async (field, input) => {
  const { ctx, row } = await person(world)
  const refusal = await updatePreferences(ctx, input).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(InvalidInput)
  expect(refusal).toMatchObject({ fields: [{ field }] })
  expect(await preferencesOf(row.id)).toMatchObject({ favouriteCategories: [], marketingConsent: false })
})
