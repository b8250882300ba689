import { fileURLToPath } from 'node:url'
import { generateServiceKeys, localKeys } from '@tikitu/kit/auth/signing-keys'
import type { UserViewer, Viewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { createLog } from '@tikitu/kit/base/log'
import type { CloudEvent } from '@tikitu/kit/messaging/cloud-event'
import { eventType } from '@tikitu/kit/messaging/cloud-event'
import { handleOnce } from '@tikitu/kit/messaging/inbox'
import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { testRequestKey } from '@tikitu/kit/testing/graphql/subgraph'
import { type Events, events, type Payload } from '@tikitu/schema/events/registry'
import { eq, type SQL, sql } from 'drizzle-orm'
import { type Ctx, createCtx } from '../src/context.ts'
import { type AdminUserRow, auditEntries, auditHeads, knownUsers } from '../src/db/tables.ts'
import { applyEvent } from '../src/domain/audit/apply-event.ts'
import { genesisHash, hashOf } from '../src/domain/audit/record-audit.ts'
import { addAdminUser } from '../src/domain/staff/add-admin-user.ts'
import { requireStaff } from '../src/domain/staff/require-staff.ts'
import { createAdmin } from '../src/server.ts'

/** Where the migrations of admin are. */
export const migrations = fileURLToPath(new URL('../src/db/migrations', import.meta.url))

export const today = new Date('2027-03-01T10:00:00Z')

const keys = await generateServiceKeys('admin')
const log = createLog('admin', 'silent')

/** Somebody in Cognito's group `admin`. */
export function admin(): UserViewer {
  return testUser({ groups: ['admin'] })
}

/** A context for that viewer. */
export function ctxOf(database: TestDatabase, viewer: Viewer, now: Date = today): Ctx {
  const deps = { db: database.db, keys, log, now: () => now }
  return createCtx(deps, { viewer, requestId: newId('req'), acceptLanguage: 'en' })
}

/** The whole subgraph on the test's database. */
export async function adminOn(database: TestDatabase) {
  const deps = { db: database.db, keys, log, now: () => today }
  return await createAdmin({ ...deps, requestKeys: [testRequestKey()], keysOf: () => localKeys(keys.jwks) })
}

/** The first superadmin of this database. Always the same person. */
export function superadminOf(database: TestDatabase): { viewer: UserViewer; ctx: Ctx } {
  const viewer = testStaff('SUPERADMIN', { userId: 'usr_00000000000000000000000001' })
  return { viewer, ctx: ctxOf(database, viewer) }
}

/** A new member of the staff, taken on by the first superadmin. */
export async function member(
  database: TestDatabase,
  role: AdminUserRow['role'],
): Promise<{ viewer: UserViewer; row: AdminUserRow; ctx: Ctx }> {
  const { ctx } = superadminOf(database)
  await requireStaff(ctx)
  const viewer = testStaff(role)
  await database.db.insert(knownUsers).values({ userId: viewer.userId, version: 1, status: 'ACTIVE' })
  const row = await addAdminUser(ctx, { userId: viewer.userId, role })
  return { viewer, row, ctx: ctxOf(database, viewer) }
}

/** Lets admin take an event as if it had been delivered; twice with the same id is once. */
export function deliverTo(database: TestDatabase) {
  return async <N extends keyof Events>(
    name: N,
    data: Payload<N>,
    overrides: Partial<CloudEvent> = {},
  ): Promise<CloudEvent> => {
    const event: CloudEvent = {
      specversion: '1.0',
      id: newId('evt'),
      source: `tikitu/${name.split('.')[0]}`,
      type: eventType(name, events[name].version),
      time: today.toISOString(),
      datacontenttype: 'application/json',
      subject: 'sub_1',
      actor: 'usr_1',
      requestid: 'req_1',
      data,
      ...overrides,
    }
    const ctx = ctxOf(database, { kind: 'service', service: 'admin' })
    await handleOnce(ctx, event, (tx) => applyEvent(tx, data as Record<string, unknown>, event))
    return event
  }
}

/** Changes the audit log as only somebody who owns the database can: past the trigger that keeps it. */
export function tamperWithAudit(database: TestDatabase) {
  return async (statement: SQL): Promise<void> => {
    await database.db.transaction(async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`)
      await tx.execute(statement)
    })
  }
}

/** Appends that many entries to a tenant's chain at once. */
export async function appendEntries(database: TestDatabase, tenant: string, count: number): Promise<void> {
  const [head] = await database.db.select().from(auditHeads).where(eq(auditHeads.tenant, tenant))
  let link = head ?? { sequence: 0, hash: genesisHash }
  const rows: (typeof auditEntries.$inferInsert)[] = []
  for (let n = 0; n < count; n++) {
    const fact = {
      ...{
        tenant,
        eventId: null,
        service: 'booking',
        action: `act${n % 7}`,
        subjectType: 'Booking',
        subjectId: `bkg_${n}`,
      },
      ...{ actor: `usr_${n % 50}`, reason: null, changes: { n }, requestId: 'req_1', occurredAt: today },
    }
    const place = { sequence: link.sequence + 1, previousHash: link.hash }
    const row = { id: newId('aud'), recordedAt: today, ...fact, ...place, hash: hashOf({ ...fact, ...place }) }
    rows.push(row)
    link = row
  }
  for (let at = 0; at < rows.length; at += 2_000) {
    await database.db.insert(auditEntries).values(rows.slice(at, at + 2_000))
  }
  await database.db
    .insert(auditHeads)
    .values({ tenant, sequence: link.sequence, hash: link.hash })
    .onConflictDoUpdate({ target: auditHeads.tenant, set: { sequence: link.sequence, hash: link.hash } })
}
