import { InvalidState } from '@tikitu/kit/base/errors'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { colleague, company, ctxOf, factsAbout, handIn, migrations, staffOf } from '../../../test/factories.ts'
import { type PartnerDocumentRow, partnerDocuments, partners } from '../../db/tables/partners.ts'
import { reinstatePartner, restrictPartner } from '../partners/partner-standing.ts'
import { expireDocuments } from './expire-documents.ts'
import { approvePartnerDocument, rejectPartnerDocument } from './review-document.ts'

const database = useDatabase(migrations)
const service = { kind: 'service', service: 'partner' } as const

/** Runs the daily check of that date. */
const nightOf = (day: string) => expireDocuments(ctxOf(database, service, new Date(`${day}T00:10:00Z`)))

/** A verified partner with an identity document valid until 30 April 2027. */
async function verified(overrides: Parameters<typeof company>[1] = {}) {
  const { partner, owner } = await company(database, overrides)
  const manager = await colleague(database, partner, 'MANAGER')
  await colleague(database, partner, 'SCANNER')
  const documentId = await approved(partner.id, owner, { validUntil: '2027-04-30' })
  return { partner, owner, documentId, memberIds: [owner.userId, manager.viewer.userId] }
}

type Owner = Awaited<ReturnType<typeof company>>['owner']

async function uploaded(partnerId: string, owner: Owner, now?: Date) {
  return (await handIn(ctxOf(database, owner, now), { partnerId })).id
}

async function approved(partnerId: string, owner: Owner, { validUntil = null }: { validUntil?: string | null } = {}) {
  const documentId = await uploaded(partnerId, owner)
  await approvePartnerDocument(staffOf(database), { documentId, validUntil })
  return documentId
}

async function expiryStatusOf(documentId: string) {
  const facts = await factsAbout(database, documentId)
  return facts.filter((fact) => fact.name === 'partner.documentStatusChanged').map((fact) => fact.data)
}

async function standingOf(partnerId: string) {
  const [partner] = await database.db.select().from(partners).where(eq(partners.id, partnerId))
  const facts = await factsAbout(database, partnerId)
  const told = facts.filter((fact) => fact.name === 'partner.statusChanged').map((fact) => fact.data)
  return { status: partner?.status, told }
}

test('notifies a partner before a document expires and when it does, and what follows, once each', async () => {
  const { partner, documentId, memberIds } = await verified()
  for (const day of ['2027-03-30', '2027-03-31', '2027-04-01', '2027-04-30', '2027-05-01', '2027-05-02'])
    await nightOf(day)
  const people = { partnerId: partner.id, name: partner.name, memberIds }
  expect(await expiryStatusOf(documentId)).toMatchObject([
    { ...people, status: 'APPROVED', restrictedFrom: null },
    { ...people, status: 'EXPIRING', validUntil: '2027-04-30', restrictedFrom: '2027-05-15' },
    { ...people, status: 'EXPIRED', validUntil: '2027-04-30', restrictedFrom: '2027-05-15' },
  ])
  expect(await standingOf(partner.id)).toEqual({ status: 'VERIFIED', told: [] })
})

test('restricts a verified partner after the grace period, with the reason', async () => {
  const { partner, memberIds } = await verified()
  await nightOf('2027-04-10')
  await nightOf('2027-05-14')
  expect((await standingOf(partner.id)).status).toBe('VERIFIED')
  await nightOf('2027-05-15')
  await nightOf('2027-05-16')
  const { status, told } = await standingOf(partner.id)
  expect(status).toBe('RESTRICTED')
  expect(told).toMatchObject([
    { memberIds, from: 'VERIFIED', status: 'RESTRICTED', reason: expect.stringContaining('IDENTITY') },
  ])
  const states = (await factsAbout(database, partner.id)).filter((fact) => fact.name === 'partner.changed')
  expect(states.at(-1)?.data).toMatchObject({ status: 'RESTRICTED', maySell: false })
})

test('restores the rights once another document of the kind is approved', async () => {
  const { partner, owner } = await verified()
  for (const day of ['2027-04-10', '2027-05-15']) await nightOf(day)
  const later = new Date('2027-05-16T10:00:00Z')
  const staff = staffOf(database, later)
  await expect(reinstatePartner(staff, { partnerId: partner.id })).rejects.toThrow(InvalidState)
  const identity = await uploaded(partner.id, owner, later)
  const { id } = await handIn(ctxOf(database, owner, later), { partnerId: partner.id, kind: 'OTHER' })
  await approvePartnerDocument(staff, { documentId: id })
  expect((await standingOf(partner.id)).status).toBe('RESTRICTED')
  await approvePartnerDocument(staff, { documentId: identity })
  const { status, told } = await standingOf(partner.id)
  expect(status).toBe('VERIFIED')
  expect(told.at(-1)).toMatchObject({ from: 'RESTRICTED', status: 'VERIFIED' })
  await nightOf('2027-05-17')
  expect((await standingOf(partner.id)).status).toBe('VERIFIED')
})

test('does not undo a restriction by staff when a document is approved', async () => {
  const { partner, owner } = await verified()
  await restrictPartner(staffOf(database), { partnerId: partner.id, reason: 'Too many complaints.' })
  await approved(partner.id, owner)
  expect((await standingOf(partner.id)).status).toBe('RESTRICTED')
})

test('restricts nobody for a document that was replaced, or while one awaits review', async () => {
  const replaced = await verified()
  await approved(replaced.partner.id, replaced.owner, { validUntil: '2029-12-31' })
  const waiting = await verified()
  const pending = await uploaded(waiting.partner.id, waiting.owner)
  for (const day of ['2027-04-10', '2027-05-01', '2027-06-01']) await nightOf(day)
  expect((await expiryStatusOf(replaced.documentId)).map((news) => news['status'])).toEqual(['APPROVED'])
  for (const { partner } of [replaced, waiting]) expect((await standingOf(partner.id)).status).toBe('VERIFIED')
  await rejectPartnerDocument(staffOf(database), { documentId: pending, reason: 'Not readable.' })
  expect((await expiryStatusOf(pending)).at(-1)).toMatchObject({ status: 'REJECTED', reason: 'Not readable.' })
  await nightOf('2027-06-02')
  expect((await standingOf(waiting.partner.id)).status).toBe('RESTRICTED')
})

test('notifies of a document that expired without notice, and grants the full grace period after that', async () => {
  const { partner, documentId } = await verified()
  const old = { status: 'EXPIRED', validUntil: '2025-01-31' } satisfies Partial<PartnerDocumentRow>
  await database.db.update(partnerDocuments).set(old).where(eq(partnerDocuments.id, documentId))
  await nightOf('2027-04-01')
  expect((await expiryStatusOf(documentId)).at(-1)).toMatchObject({ status: 'EXPIRED', restrictedFrom: '2027-04-15' })
  await nightOf('2027-04-14')
  expect((await standingOf(partner.id)).status).toBe('VERIFIED')
  await nightOf('2027-04-15')
  expect((await standingOf(partner.id)).status).toBe('RESTRICTED')
})

test('restricts no suspended or terminated partner, and none without such documents', async () => {
  const suspended = await verified({ status: 'SUSPENDED' })
  const bare = await company(database)
  for (const day of ['2027-04-10', '2027-05-20']) await nightOf(day)
  expect((await standingOf(suspended.partner.id)).status).toBe('SUSPENDED')
  expect((await standingOf(bare.partner.id)).status).toBe('VERIFIED')
})

test('uses the configured days, and restricts nobody for a document that is not required', async () => {
  const { partner, owner, documentId } = await verified()
  const ctx = ctxOf(database, service)
  for (const [key, value] of [
    ['partner.documentNoticeDays', 5],
    ['partner.documentGraceDays', 0],
  ] as const) {
    await applyConfigChange(ctx, { key, scope: partner.id, value, version: 1 })
  }
  const { id } = await handIn(ctxOf(database, owner), { partnerId: partner.id, kind: 'BANK_STATEMENT' })
  await approvePartnerDocument(staffOf(database), { documentId: id, validUntil: '2027-04-30' })
  await nightOf('2027-04-24')
  expect(await expiryStatusOf(documentId)).toHaveLength(1)
  await nightOf('2027-04-25')
  expect((await expiryStatusOf(documentId)).at(-1)).toMatchObject({ status: 'EXPIRING', restrictedFrom: '2027-05-01' })
  expect((await expiryStatusOf(id)).at(-1)).toMatchObject({ status: 'EXPIRING', restrictedFrom: null })
  await nightOf('2027-05-01')
  expect((await standingOf(partner.id)).status).toBe('RESTRICTED')
})

test('continues with other partners when one fails', async () => {
  const [one, other] = [await verified(), await verified()]
  const client = await database.pool.connect()
  await client.query('begin')
  await client.query('select id from partners where id = $1 for update', [one.partner.id])
  await client.query("set local idle_in_transaction_session_timeout = '60s'")
  await nightOf('2027-05-01')
  await client.query('rollback')
  client.release()
  expect((await expiryStatusOf(other.documentId)).map((news) => news['status'])).toEqual(['APPROVED', 'EXPIRED'])
}, 60_000)
