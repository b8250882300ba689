import { anonymous } from '@tikitu/kit/auth/viewer'
import { IdempotencyConflict, InvalidInput, Unauthenticated, UserSuspended } from '@tikitu/kit/base/errors'
import { applyFlagChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, factsAbout, migrations } from '../../../test/factories.ts'
import { partnerMembers } from '../../db/tables/partners.ts'
import { TooManyApplications } from '../../errors.ts'
import { applyUser } from '../members/apply-user.ts'
import { applyAsPartner, maxOpenApplications } from './apply-as-partner.ts'
import { updatePartner } from './update-partner.ts'

const database = useDatabase(migrations)

const application = {
  name: ' Globe Theatre ',
  legalName: 'Globe Theatre Ltd',
  registrationNumber: '1599',
  country: 'GB',
  addressLines: ['21 New Globe Walk', 'London'],
  contactEmail: 'office@globe.example',
}

test('creates a draft that the applicant owns, publishes it and writes the audit log', async () => {
  const ada = testUser()
  const partner = await applyAsPartner(ctxOf(database, ada), application)
  expect(partner).toMatchObject({ name: 'Globe Theatre', status: 'DRAFT', version: 1 })
  const members = await database.db.select().from(partnerMembers).where(eq(partnerMembers.partnerId, partner.id))
  expect(members).toMatchObject([{ userId: ada.userId, role: 'OWNER' }])
  expect(await factsAbout(database, partner.id)).toEqual([
    {
      name: 'partner.changed',
      data: {
        partnerId: partner.id,
        version: 1,
        name: 'Globe Theatre',
        status: 'DRAFT',
        maySell: false,
        mayBePaidOut: false,
        payoutsFrom: null,
        members: [{ userId: ada.userId, role: 'OWNER' }],
      },
    },
    { name: 'partner.audited', data: expect.objectContaining({ action: 'applyAsPartner', partnerId: partner.id }) },
  ])
})

test('answers a repeated request with the same partner', async () => {
  const ada = ctxOf(database)
  const input = { ...application, idempotencyKey: 'once' }
  const [first, second] = await Promise.all([applyAsPartner(ada, input), applyAsPartner(ada, input)])
  expect(second?.id).toBe(first?.id)
  await expect(applyAsPartner(ada, { ...input, name: 'Swan' })).rejects.toThrow(IdempotencyConflict)
})

test('limits the open applications of one person, even when requests race', async () => {
  const ada = ctxOf(database)
  const outcomes = await Promise.allSettled(
    Array.from({ length: maxOpenApplications + 2 }, () => applyAsPartner(ada, application)),
  )
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  expect(refused).toHaveLength(2)
  for (const reason of refused) expect(reason).toBeInstanceOf(TooManyApplications)
  await applyAsPartner(ctxOf(database), application)
})

test('names every field that is wrong', async () => {
  const broken = {
    ...application,
    name: '  ',
    addressLines: [],
    website: new URL('javascript:alert(1)'),
    legalName: 'Globe\u0007',
  }
  const refusal = await applyAsPartner(ctxOf(database), broken).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(InvalidInput)
  const fields = (refusal as InvalidInput).fields.map((problem) => problem.field)
  expect(fields.toSorted()).toEqual(['addressLines', 'legalName', 'name', 'website'])
})

test('refuses an anonymous caller, and a suspended user', async () => {
  await expect(applyAsPartner(ctxOf(database, anonymous), application)).rejects.toThrow(Unauthenticated)
  const mallory = testUser()
  const ctx = ctxOf(database, mallory)
  await applyUser(ctx, userState(mallory.userId, 2, 'SUSPENDED'))
  await applyUser(ctx, userState(mallory.userId, 1, 'ACTIVE'))
  await expect(applyAsPartner(ctx, application)).rejects.toThrow(UserSuspended)
  await applyUser(ctx, userState(mallory.userId, 3, 'ACTIVE'))
  await applyAsPartner(ctx, application)
})

test.each([
  'Tikitu security: your account is locked, open https://tikitu-login.example/a now. Regards, Tikitu',
  'tikitu-login.example',
  'Write to help@tikitu.example',
  'a\u202eb',
  'a\u2028b',
  'Glo\u200bbe',
])('refuses the name %j, at first and later', async (name) => {
  const ctx = ctxOf(database)
  const refused = { fields: [{ field: 'name' }] }
  await expect(applyAsPartner(ctx, { ...application, name })).rejects.toMatchObject(refused)
  const { id: partnerId } = await applyAsPartner(ctx, application)
  await expect(updatePartner(ctx, { partnerId, name })).rejects.toMatchObject(refused)
})

function userState(userId: string, version: number, status: 'ACTIVE' | 'SUSPENDED') {
  const person = { email: null, phone: null, name: null, locale: 'en', timeZone: 'UTC', marketingConsent: false }
  return { ...person, userId, version, status }
}

test('refuses applications while staff have switched them off', async () => {
  const ctx = ctxOf(database)
  const off = {
    key: 'partner-applications',
    version: 1,
    isEnabled: false,
    percentage: 100,
    isKilled: false,
    segments: [],
  }
  await applyFlagChange(ctx, off)
  await expect(applyAsPartner(ctx, application)).rejects.toThrow('Applying as a partner is switched off at present')
  await applyFlagChange(ctx, { ...off, version: 2, isEnabled: true })
  await applyAsPartner(ctx, application)
})
