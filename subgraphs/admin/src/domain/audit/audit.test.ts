import { withAccessHandlers } from '@tikitu/kit/access/access-subjects'
import { Forbidden } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eventsConsumedBy } from '@tikitu/schema/events/registry'
import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { admin, ctxOf, deliverTo, migrations, superadminOf, tamperWithAudit, today } from '../../../test/factories.ts'
import { auditEntries } from '../../db/tables.ts'
import { handlers } from '../../events.ts'
import { requireStaff } from '../staff/require-staff.ts'
import { exportAuditLog } from './export-audit-log.ts'
import { listAuditEntries } from './list-audit-entries.ts'
import { verifyAuditLog } from './verify-audit-log.ts'

const database = useDatabase(migrations)
const deliver = deliverTo(database)
const act = {
  action: 'approvePartner',
  subjectType: 'Partner',
  subjectId: 'ptr_1',
  reason: 'complete',
  changes: { status: 'VERIFIED' },
}
const audited = (partnerId: string | null) => ({ ...act, partnerId })

beforeAll(() => requireStaff(superadminOf(database).ctx))

test('takes every kind of event that is sent to it', () => {
  expect(Object.keys(withAccessHandlers('admin', handlers)).toSorted()).toEqual(eventsConsumedBy('admin').toSorted())
})

test('keeps what a service recorded, once, with who did it and when', async () => {
  const event = await deliver('partner.audited', audited('ptr_1'))
  await deliver('partner.audited', audited('ptr_1'), { id: event.id })
  const { ctx } = superadminOf(database)
  const { edges } = await listAuditEntries(ctx, { tenant: 'ptr_1' }, {})
  expect(edges.map((edge) => edge.node)).toMatchObject([
    {
      ...act,
      tenant: 'ptr_1',
      sequence: 1,
      service: 'partner',
      actor: 'usr_1',
      requestId: 'req_1',
      occurredAt: new Date(event.time),
    },
  ])
})

test('keeps no personal data of an event', async () => {
  const user = {
    userId: 'usr_9',
    version: 1,
    status: 'ACTIVE' as const,
    email: 'ada@example.org',
    phone: '+31201234567',
    name: 'Ada',
  }
  await deliver(
    'user.changed',
    { ...user, locale: 'en', timeZone: 'UTC', marketingConsent: false },
    { subject: 'usr_9' },
  )
  const { edges } = await listAuditEntries(superadminOf(database).ctx, { subjectId: 'usr_9' }, {})
  expect(edges).toHaveLength(1)
  expect(JSON.stringify(edges.map(({ node }) => [node.changes, node.reason]))).not.toMatch(/ada|3120/i)
})

test('filters and pages, the newest first, without losing or repeating an entry', async () => {
  const { ctx } = superadminOf(database)
  for (let minute = 0; minute < 5; minute++) {
    const time = new Date(Date.UTC(2027, 4, 1, 10, minute)).toISOString()
    await deliver('payment.audited', { ...audited('ptr_p'), subjectId: `pay_${minute}` }, { time })
  }
  const first = await listAuditEntries(ctx, { tenant: 'ptr_p' }, { first: 3 })
  const second = await listAuditEntries(ctx, { tenant: 'ptr_p' }, { first: 3, after: first.pageInfo.endCursor })
  const subjects = [...first.edges, ...second.edges].map((edge) => edge.node.subjectId)
  expect(subjects).toEqual(['pay_4', 'pay_3', 'pay_2', 'pay_1', 'pay_0'])
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false])
  const at = (minute: number) => new Date(Date.UTC(2027, 4, 1, 10, minute))
  const some = await listAuditEntries(ctx, { tenant: 'ptr_p', occurredAt: { from: at(1), before: at(3) } }, {})
  expect(some.edges.map((edge) => edge.node.subjectId)).toEqual(['pay_2', 'pay_1'])
  const last = await listAuditEntries(ctx, { tenant: 'ptr_p' }, { last: 2 })
  expect(last.edges).toEqual(second.edges)
})

test('is for the staff', async () => {
  const stranger = ctxOf(database, admin())
  await expect(listAuditEntries(stranger, {}, {})).rejects.toThrow(Forbidden)
  await expect(exportAuditLog(stranger, { tenant: 'platform', afterSequence: 0 })).rejects.toThrow(Forbidden)
  await expect(verifyAuditLog(stranger, 'platform')).rejects.toThrow(Forbidden)
})

test('chains entries that arrive at the same instant without a gap or a fork', async () => {
  await Promise.all(Array.from({ length: 20 }, () => deliver('booking.audited', audited('ptr_race'))))
  expect(await verifyAuditLog(superadminOf(database).ctx, 'ptr_race')).toEqual({
    tenant: 'ptr_race',
    entries: 20,
    recomputedEntries: 20,
    recomputedSince: today,
    isIntact: true,
    brokenAtSequence: null,
  })
})

test('cannot be changed, shortened or emptied by the service', async () => {
  await deliver('booking.audited', audited('ptr_frozen'))
  const frozen = { cause: expect.objectContaining({ message: 'the audit log is append-only' }) }
  await expect(database.db.update(auditEntries).set({ actor: 'usr_2' })).rejects.toMatchObject(frozen)
  await expect(database.db.delete(auditEntries)).rejects.toMatchObject(frozen)
  await expect(database.db.execute(sql`truncate audit_entries`)).rejects.toMatchObject(frozen)
})

const tamper = tamperWithAudit(database)

test('shows which entry somebody with the keys to the database altered', async () => {
  for (let n = 0; n < 5; n++) await deliver('booking.audited', audited('ptr_altered'))
  await tamper(
    sql`update audit_entries set changes = '{"status": "VERIFIEd"}' where tenant = 'ptr_altered' and sequence = 3`,
  )
  const verification = await verifyAuditLog(superadminOf(database).ctx, 'ptr_altered')
  expect(verification).toMatchObject({ isIntact: false, brokenAtSequence: 3 })
})

test.each([
  [2, 'in the middle'],
  [4, 'at the end'],
])('shows that entry %i is missing %s', async (sequence, where) => {
  const tenant = `ptr_${where.replaceAll(' ', '')}`
  for (let n = 0; n < 4; n++) await deliver('booking.audited', audited(tenant))
  await tamper(sql`delete from audit_entries where tenant = ${tenant} and sequence = ${sequence}`)
  expect(await verifyAuditLog(superadminOf(database).ctx, tenant)).toMatchObject({
    isIntact: false,
    brokenAtSequence: sequence,
  })
})

test('is exported line by line, with the hashes that prove it', async () => {
  for (let n = 0; n < 3; n++) await deliver('booking.audited', audited('ptr_export'))
  const { ctx } = superadminOf(database)
  const all = await exportAuditLog(ctx, { tenant: 'ptr_export', afterSequence: 0 })
  const lines = all.jsonLines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { hash: string; previousHash: string })
  expect(lines).toHaveLength(3)
  expect(lines[1]?.previousHash).toBe(lines[0]?.hash)
  expect(await exportAuditLog(ctx, { tenant: 'ptr_export', afterSequence: all.lastSequence ?? 0 })).toEqual({
    jsonLines: '',
    lastSequence: null,
  })
})
