import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { generateServiceKeys, localKeys } from '@tikitu/kit/auth/signing-keys'
import { staffRoles, staffScope, type UserViewer, type Viewer } from '@tikitu/kit/auth/viewer'
import { idFromUuid, newId } from '@tikitu/kit/base/ids'
import { createLog } from '@tikitu/kit/base/log'
import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { testRequestKey } from '@tikitu/kit/testing/graphql/subgraph'
import { sql } from 'drizzle-orm'
import { type Ctx, createCtx } from '../src/context.ts'
import type { UserRow } from '../src/db/tables.ts'
import { createUserRow } from '../src/domain/account/create-user-row.ts'
import type { Identity } from '../src/identity/identity.ts'
import { createUser } from '../src/server.ts'
import type { TestCognito } from './cognito.ts'

/** Where the migrations of user are. */
export const migrations = fileURLToPath(new URL('../src/db/migrations', import.meta.url))

/** The moment at which the tests happen, unless they say otherwise. */
export const today = new Date('2027-03-01T10:00:00Z')

/** A password that every rule accepts. */
export const validPassword = 'Correct-horse-7'

export const keys = await generateServiceKeys('user')

/** Where a test runs: a database, and who keeps the accounts. */
export interface World {
  database: TestDatabase
  cognito?: Pick<TestCognito, 'identity'>
}

/** A context for that viewer, at that moment. */
export function ctxOf({ database, cognito }: World, viewer: Viewer, now: Date = today): Ctx {
  const identity = cognito?.identity ?? ({} as Identity)
  const deps = { db: database.db, keys, log: createLog('user', 'silent'), now: () => now, identity }
  return createCtx(deps, { viewer, requestId: newId('req'), acceptLanguage: 'de-CH,de;q=0.9' })
}

/** The whole subgraph on the test's database, at that moment. */
export async function userOn({ database, cognito }: World, now: Date = today) {
  return await createUser({
    db: database.db,
    keys,
    log: createLog('user', 'silent'),
    now: () => now,
    requestKeys: [testRequestKey()],
    keysOf: () => localKeys(keys.jwks),
    identity: cognito?.identity ?? ({} as Identity),
  })
}

/** Somebody signed in whose row exists, and that row. */
export interface Person {
  viewer: UserViewer
  row: UserRow
  ctx: Ctx
}

/** A person with a row, in those groups, at that moment. */
export async function person(
  world: World,
  { now = today, groups = ['user'], ...profile }: { now?: Date; groups?: string[]; name?: string; email?: string } = {},
): Promise<Person> {
  const sub = randomUUID()
  const role = staffRoles.find((each) => groups.includes(staffScope(each)))
  const viewer = testUser({ userId: idFromUuid('usr', sub), groups, staff: role ? { role, version: 1 } : null })
  const ctx = ctxOf(world, viewer, now)
  const { name = 'Ada', email = `${sub}@example.org` } = profile
  const row = await createUserRow(ctx, { sub, email, isEmailVerified: true, name, locale: 'en', timeZone: 'UTC' })
  return { viewer, row, ctx }
}

/** Somebody of the staff. */
export function administrator(world: World): Promise<Person> {
  return person(world, { groups: ['user', 'admin', 'admin:superadmin'], name: 'Staff' })
}

/** An e-mail address that nobody else in this run has. */
export function newEmail(): string {
  return `${randomUUID()}@example.org`
}

/** The jobs that wait, by task, the oldest first. */
export async function jobsOf({ db }: TestDatabase, task: string): Promise<Record<string, unknown>[]> {
  const { rows } = await db.execute<{ payload: Record<string, unknown> }>(sql`
    select jobs.payload from graphile_worker._private_jobs jobs
    join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id
    where tasks.identifier = ${task} order by jobs.id`)
  return rows.map((row) => row.payload)
}
