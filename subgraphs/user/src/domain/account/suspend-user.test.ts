import { applyStaffRole } from '@tikitu/kit/access/access-subjects'
import { anonymous, type StaffRole } from '@tikitu/kit/auth/viewer'
import {
  Forbidden,
  InvalidInput,
  InvalidState,
  NotFound,
  Unauthenticated,
  UserSuspended,
} from '@tikitu/kit/base/errors'
import { accessSubjects } from '@tikitu/kit/postgres/shared-tables'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { useCognito } from '../../../test/cognito.ts'
import { administrator, ctxOf, jobsOf, migrations, newEmail, person, validPassword } from '../../../test/factories.ts'
import { users } from '../../db/tables.ts'
import { LastSuperadmin, SessionEnded } from '../../errors.ts'
import { confirmRegistration } from './confirm-registration.ts'
import { register } from './register.ts'
import { refreshSession, signIn } from './sign-in.ts'
import { reactivateUser, suspendUser } from './suspend-user.ts'
import { accountTask, syncAccount } from './sync-account.ts'

const database = useDatabase(migrations)
const cognito = useCognito()
const world = { database, cognito }
const reason = 'Chargebacks under many names'

const factsAbout = async (userId: string, type: string) =>
  (await outboxOf(database.db)).filter(({ event }) => event.subject === userId && event.type === type)

test('shuts somebody out, tells the services and the audit log, and has the account closed', async () => {
  const [staff, ada] = [await administrator(world), await person(world)]
  const suspended = await suspendUser(staff.ctx, { userId: ada.row.id, reason: ` ${reason} ` })
  expect(suspended).toMatchObject({ id: ada.row.id, status: 'SUSPENDED', version: 2 })
  const changed = await factsAbout(ada.row.id, 'tikitu.user.changed.v1')
  expect(changed.at(-1)?.event.data).toMatchObject({ status: 'SUSPENDED', version: 2 })
  const [audited] = await factsAbout(ada.row.id, 'tikitu.user.audited.v1')
  expect(audited).toMatchObject({
    to: 'admin',
    event: {
      actor: staff.row.id,
      data: { action: 'suspendUser', reason, changes: { status: { from: 'ACTIVE', to: 'SUSPENDED' } } },
    },
  })
  expect(await jobsOf(database, accountTask)).toContainEqual({ userId: ada.row.id })
})

test('closes and opens the account itself as the row says when the job runs, in whatever order jobs come', async () => {
  const email = newEmail()
  const visitor = ctxOf(world, anonymous)
  const { userId } = await register(visitor, { email, password: validPassword })
  await confirmRegistration(visitor, { email, code: cognito.codeFor(email) })
  const session = await signIn(visitor, { email, password: validPassword })
  const staff = await administrator(world)
  const isEnabled = async () => (await cognito.administer('AdminGetUser', { Username: email }))['Enabled']
  await suspendUser(staff.ctx, { userId, reason })
  await syncAccount(staff.ctx, userId)
  expect(await isEnabled()).toBe(false)
  await reactivateUser(staff.ctx, { userId, reason })
  await syncAccount(staff.ctx, userId)
  await syncAccount(staff.ctx, userId)
  expect(await isEnabled()).toBe(true)
  await expect(refreshSession(visitor, session)).rejects.toThrow(SessionEnded)
})

test('gives up on an account that is gone, instead of trying for ever', async () => {
  const { row, ctx } = await person(world)
  await syncAccount(ctx, row.id)
})

test('refuses what is so already, and says how it is', async () => {
  const [staff, ada] = [await administrator(world), await person(world)]
  await expect(reactivateUser(staff.ctx, { userId: ada.row.id, reason })).rejects.toThrow(/already ACTIVE/)
  await suspendUser(staff.ctx, { userId: ada.row.id, reason })
  await expect(suspendUser(staff.ctx, { userId: ada.row.id, reason })).rejects.toThrow(InvalidState)
})

test('lets one of two administrators win, and writes one audit entry', async () => {
  const [one, two, ada] = [await administrator(world), await administrator(world), await person(world)]
  const decision = { userId: ada.row.id, reason }
  const outcomes = await Promise.allSettled([suspendUser(one.ctx, decision), suspendUser(two.ctx, decision)])
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(await factsAbout(ada.row.id, 'tikitu.user.audited.v1')).toHaveLength(1)
})

/** Staff as this service has heard of them. */
const staffMember = async (role: StaffRole) => {
  const member = await person(world, { groups: ['user', 'admin', `admin:${role.toLowerCase()}`] })
  await applyStaffRole(member.ctx, { userId: member.row.id, version: 1, role })
  return member
}

test('lets superadmins alone decide about members of the staff', async () => {
  const [chief, support, other] = [
    await staffMember('SUPERADMIN'),
    await staffMember('SUPPORT'),
    await staffMember('FINANCE'),
  ]
  const decision = { userId: other.row.id, reason }
  await expect(suspendUser(support.ctx, decision)).rejects.toThrow(Forbidden)
  await expect(suspendUser(support.ctx, { userId: chief.row.id, reason })).rejects.toThrow(Forbidden)
  await suspendUser(chief.ctx, decision)
  await expect(reactivateUser(support.ctx, decision)).rejects.toThrow(Forbidden)
  await reactivateUser(chief.ctx, decision)
  await applyStaffRole(chief.ctx, { userId: other.row.id, version: 2, role: null })
  await suspendUser(support.ctx, decision)
})

test('leaves one superadmin, also when two shut each other out at the same instant', async () => {
  await database.db.update(accessSubjects).set({ staffRole: null })
  const [one, two] = [await staffMember('SUPERADMIN'), await staffMember('SUPERADMIN')]
  const outcomes = await Promise.allSettled([
    suspendUser(one.ctx, { userId: two.row.id, reason }),
    suspendUser(two.ctx, { userId: one.row.id, reason }),
  ])
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const [last, gone] = outcomes[0]?.status === 'fulfilled' ? [one, two] : [two, one]
  await expect(suspendUser(gone.ctx, { userId: last.row.id, reason })).rejects.toThrow(UserSuspended)
  const late = await person(world, { groups: ['user', 'admin', 'admin:superadmin'] })
  await expect(suspendUser(late.ctx, { userId: last.row.id, reason })).rejects.toThrow(LastSuperadmin)
})

test('refuses anybody who is not staff, oneself, a person nobody knows, and no reason', async () => {
  const [staff, ada, bob] = [await administrator(world), await person(world), await person(world)]
  const decision = { userId: ada.row.id, reason }
  await expect(suspendUser(ctxOf(world, anonymous), decision)).rejects.toThrow(Unauthenticated)
  await expect(suspendUser(bob.ctx, decision)).rejects.toThrow(Forbidden)
  await expect(reactivateUser(bob.ctx, decision)).rejects.toThrow(Forbidden)
  await expect(suspendUser(staff.ctx, { userId: staff.row.id, reason })).rejects.toThrow(InvalidState)
  await expect(suspendUser(staff.ctx, { userId: 'usr_nobody', reason })).rejects.toThrow(NotFound)
  await expect(suspendUser(staff.ctx, { ...decision, reason: ' ' })).rejects.toThrow(InvalidInput)
  expect((await database.db.select().from(users).where(eq(users.id, ada.row.id)))[0]?.status).toBe('ACTIVE')
})
