import { useDatabase } from '@tikitu/kit/testing/database/database'
import { plansOf } from '@tikitu/kit/testing/database/plans'
import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { appendEntries, ctxOf, migrations, superadminOf, tamperWithAudit, today } from '../../../test/factories.ts'
import { auditCheckpoints } from '../../db/tables.ts'
import { requireStaff } from '../staff/require-staff.ts'
import { checkAuditLog } from './check-audit-log.ts'
import { type AuditLogFilter, listAuditEntries } from './list-audit-entries.ts'
import { chainStart, recompute, verifyAuditLog } from './verify-audit-log.ts'

const database = useDatabase(migrations)
const tamper = tamperWithAudit(database)
const job = (now = today) => ctxOf(database, { kind: 'service', service: 'admin' }, now)
const nextDay = new Date(today.getTime() + 25 * 3_600_000)
const verify = (tenant: string) => verifyAuditLog(superadminOf(database).ctx, tenant)

beforeAll(() => requireStaff(superadminOf(database).ctx))

async function checkpoints(tenant: string) {
  return await database.db.select().from(auditCheckpoints).where(eq(auditCheckpoints.tenant, tenant))
}

test('sets a checkpoint for each thousand entries, and only then', async () => {
  await appendEntries(database, 'ptr_grows', 2_500)
  await checkAuditLog(job())
  expect((await checkpoints('ptr_grows')).map(({ sequence }) => sequence)).toEqual([1_000, 2_000])
  await appendEntries(database, 'ptr_grows', 499)
  await checkAuditLog(job())
  expect(await checkpoints('ptr_grows')).toHaveLength(2)
  await appendEntries(database, 'ptr_grows', 1)
  await checkAuditLog(job())
  expect(await checkpoints('ptr_grows')).toHaveLength(3)
  expect(await verify('ptr_grows')).toMatchObject({ entries: 3_000, recomputedEntries: 3_000, isIntact: true })
})

test('sets no checkpoint behind a break', async () => {
  await appendEntries(database, 'ptr_broken', 2_000)
  await tamper(sql`update audit_entries set actor = 'usr_x' where tenant = 'ptr_broken' and sequence = 1500`)
  await checkAuditLog(job())
  expect(await checkpoints('ptr_broken')).toHaveLength(1)
  expect(await verify('ptr_broken')).toMatchObject({ isIntact: false, entries: 1_499, brokenAtSequence: 1_500 })
})

test('finds within a day what was altered behind a checkpoint, and keeps saying so', async () => {
  await appendEntries(database, 'ptr_later', 2_000)
  await checkAuditLog(job())
  await tamper(sql`update audit_entries set actor = 'usr_x' where tenant = 'ptr_later' and sequence = 77`)
  await checkAuditLog(job())
  expect((await checkpoints('ptr_later')).map((row) => row.brokenAtSequence)).toEqual([null, null])
  await checkAuditLog(job(nextDay))
  expect((await checkpoints('ptr_later')).map((row) => row.brokenAtSequence)).toEqual([77, null])
})

test('finds a history that was rewritten from some entry on, with hashes that fit', async () => {
  await appendEntries(database, 'ptr_rewritten', 1_000)
  await checkAuditLog(job())
  await tamper(sql`delete from audit_entries where tenant = 'ptr_rewritten'`)
  await tamper(sql`delete from audit_heads where tenant = 'ptr_rewritten'`)
  await appendEntries(database, 'ptr_rewritten', 999)
  expect(await verify('ptr_rewritten')).toMatchObject({ isIntact: false, brokenAtSequence: 1_000 })
})

test('says the same with checkpoints as recomputing the whole chain', async () => {
  let chain = 0
  const entries = fc.integer({ min: 1, max: 2_300 })
  const damage = fc.record({ at: fc.integer({ min: 1, max: 2_300 }), isRemoved: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(entries, fc.option(damage), fc.boolean(), async (count, damaged, isCheckedBefore) => {
      const tenant = `ptr_${chain++}`
      await appendEntries(database, tenant, count)
      if (isCheckedBefore) await checkAuditLog(job())
      if (damaged?.isRemoved) {
        await tamper(sql`delete from audit_entries where tenant = ${tenant} and sequence = ${damaged.at}`)
      } else if (damaged) {
        await tamper(sql`update audit_entries set reason = 'x' where tenant = ${tenant} and sequence = ${damaged.at}`)
      }
      if (!isCheckedBefore) await checkAuditLog(job())
      const whole = await recompute(job(), { tenant, after: chainStart })
      const missing = whole.end.sequence < count ? whole.end.sequence + 1 : null
      const answer = await verify(tenant)
      expect(answer.brokenAtSequence).toBe(whole.brokenAtSequence ?? missing)
      expect(answer.entries).toBe((answer.brokenAtSequence ?? count + 1) - 1)
    }),
    { numRuns: 5 },
  )
}, 60_000)

const filters: AuditLogFilter[] = [
  {},
  { tenant: 'ptr_plan' },
  { service: 'user' },
  { action: 'rare' },
  { actorId: 'usr_rare' },
  { subjectId: 'bkg_rare' },
  { tenant: 'ptr_plan', action: 'rare' },
]

test('reads few entries for every filter of a long log', async () => {
  await appendEntries(database, 'ptr_plan', 12_000)
  await tamper(sql`update audit_entries set action = 'rare', service = 'user', actor = 'usr_rare', subject_id = 'bkg_rare'
    where tenant = 'ptr_plan' and sequence in (10, 9000)`)
  await database.pool.query('analyze audit_entries')
  for (const filter of filters) {
    const list = (await plansOf(database.pool, () => listAuditEntries(superadminOf(database).ctx, filter, {}))).at(-1)
    expect(list?.statement).toContain('from "audit_entries"')
    expect({ filter, seqScans: list?.seqScans }).toEqual({ filter, seqScans: [] })
    expect(list?.rowsRead, JSON.stringify(filter)).toBeLessThan(100)
  }
}, 60_000)
