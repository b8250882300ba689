import { anonymous } from '@tikitu/kit/auth/viewer'
import { Forbidden, NotFound, Unauthenticated } from '@tikitu/kit/base/errors'
import { newId } from '@tikitu/kit/base/ids'
import { type TestDatabase, useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { admin, ctxOf, member, migrations, superadminOf } from '../../../test/factories.ts'
import { knownUsers } from '../../db/tables.ts'
import { AlreadyOnStaff, CannotChangeOwnRole, LastSuperadmin } from '../../errors.ts'
import { addAdminUser } from './add-admin-user.ts'
import { changeAdminRole, removeAdminUser } from './change-admin-role.ts'
import { listAdminUsers } from './list-admin-users.ts'
import { describeStaff, getStaffMember, requireStaff } from './require-staff.ts'

const suspendHere = ({ db }: TestDatabase, userId: string) =>
  db.update(knownUsers).set({ status: 'SUSPENDED', version: 2 }).where(eq(knownUsers.userId, userId))

describe('the first admin', () => {
  const database = useDatabase(migrations)

  test('joins as superadmin when the gateway asks about them, however many come at once; the others do not', async () => {
    const people = [admin(), admin(), admin(), admin()]
    const places = await Promise.all(people.map((person) => describeStaff(ctxOf(database, person), person)))
    expect(places.map(({ staffRole }) => staffRole).toSorted()).toEqual(['SUPERADMIN', null, null, null])
    const outcomes = await Promise.allSettled(people.map((person) => requireStaff(ctxOf(database, person))))
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toMatchObject([
      { value: { role: 'SUPERADMIN' } },
    ])
    expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toMatchObject(
      Array.from({ length: 3 }, () => ({ reason: { code: 'FORBIDDEN' } })),
    )
  })
})

describe('the staff', () => {
  const database = useDatabase(migrations)
  beforeAll(() => requireStaff(superadminOf(database).ctx))

  test('is nobody who is only in the group, not in the group, or not known', async () => {
    await expect(requireStaff(ctxOf(database, admin()))).rejects.toThrow(Forbidden)
    await expect(requireStaff(ctxOf(database, testUser()))).rejects.toThrow(Forbidden)
    await expect(requireStaff(ctxOf(database, anonymous))).rejects.toThrow(Unauthenticated)
  })

  test('has nobody whose account is suspended, whatever their token says', async () => {
    const { viewer, ctx } = await member(database, 'SUPPORT')
    await requireStaff(ctx)
    await suspendHere(database, viewer.userId)
    await expect(requireStaff(ctxOf(database, viewer))).rejects.toThrow(Forbidden)
  })

  test('takes in a known person, and tells every service and the audit log', async () => {
    const { row, viewer } = await member(database, 'FINANCE')
    expect(await requireStaff(ctxOf(database, viewer))).toMatchObject({ id: row.id, role: 'FINANCE' })
    const told = (await outboxOf(database.db)).filter((delivery) => delivery.event.subject === viewer.userId)
    expect(told.map(({ to }) => to).toSorted()).toEqual(['booking', 'notification', 'partner', 'payment', 'user'])
    expect(told[0]?.event).toMatchObject({
      type: 'tikitu.admin.staffChanged.v1',
      data: { userId: viewer.userId, version: 1, role: 'FINANCE' },
    })
  })

  test('takes in nobody unknown, nobody twice, and not on the word of another role', async () => {
    const { ctx } = superadminOf(database)
    await expect(addAdminUser(ctx, { userId: newId('usr'), role: 'SUPPORT' })).rejects.toThrow(NotFound)
    const { viewer, ctx: support } = await member(database, 'SUPPORT')
    await expect(addAdminUser(ctx, { userId: viewer.userId, role: 'FINANCE' })).rejects.toThrow(AlreadyOnStaff)
    await expect(addAdminUser(support, { userId: viewer.userId, role: 'FINANCE' })).rejects.toThrow(Forbidden)
  })

  test('changes a role for others only, and by superadmins only', async () => {
    const { ctx } = superadminOf(database)
    const { row, ctx: own } = await member(database, 'SUPPORT')
    expect(await changeAdminRole(ctx, { id: row.id, role: 'COMPLIANCE' })).toMatchObject({
      role: 'COMPLIANCE',
      version: 2,
    })
    await expect(changeAdminRole(own, { id: row.id, role: 'SUPERADMIN' })).rejects.toThrow(Forbidden)
    const second = await member(database, 'SUPERADMIN')
    await expect(changeAdminRole(second.ctx, { id: second.row.id, role: 'SUPPORT' })).rejects.toThrow(
      CannotChangeOwnRole,
    )
    await expect(changeAdminRole(ctx, { id: 'adm_unknown', role: 'SUPPORT' })).rejects.toThrow(NotFound)
    await removeAdminUser(ctx, { id: second.row.id })
  })

  test('lets nobody who left do anything, and takes them in again', async () => {
    const { ctx } = superadminOf(database)
    const { row, viewer, ctx: own } = await member(database, 'SUPPORT')
    await removeAdminUser(ctx, { id: row.id, reason: 'left' })
    await expect(requireStaff(own)).rejects.toThrow(Forbidden)
    await expect(removeAdminUser(ctx, { id: row.id })).rejects.toThrow(NotFound)
    const again = await addAdminUser(ctx, { userId: viewer.userId, role: 'FINANCE' })
    expect(again.id).not.toBe(row.id)
    expect((await listAdminUsers(ctx, { last: 1 })).edges).toMatchObject([{ node: { id: again.id } }])
    const versions = (await outboxOf(database.db))
      .filter(({ to, event }) => to === 'user' && event.subject === viewer.userId)
      .map((delivery) => delivery.event.data as { version: number; role: string | null })
    expect(versions).toMatchObject([
      { version: 1, role: 'SUPPORT' },
      { version: 2, role: null },
      { version: 3, role: 'FINANCE' },
    ])
  })

  test('does not count a superadmin who is suspended as the one who is left', async () => {
    const { ctx } = superadminOf(database)
    const me = await requireStaff(ctx)
    const second = await member(database, 'SUPERADMIN')
    const third = await member(database, 'SUPERADMIN')
    await suspendHere(database, second.viewer.userId)
    await changeAdminRole(ctx, { id: third.row.id, role: 'SUPPORT' })
    await expect(removeAdminUser(third.ctx, { id: me.id })).rejects.toThrow(Forbidden)
    await removeAdminUser(ctx, { id: second.row.id })
  })

  test('describes a place on the staff to the gateway: whose group alone is none', async () => {
    const { ctx, viewer, row } = await member(database, 'FINANCE')
    expect(await describeStaff(ctx, viewer)).toEqual({ staffRole: 'FINANCE', staffVersion: 1 })
    await removeAdminUser(superadminOf(database).ctx, { id: row.id })
    expect(await describeStaff(ctx, viewer)).toEqual({ staffRole: null, staffVersion: 2 })
    const outsider = admin()
    expect(await describeStaff(ctxOf(database, outsider), outsider)).toEqual({ staffRole: null, staffVersion: 0 })
    expect(await describeStaff(ctxOf(database, testUser()), testUser())).toEqual({})
  })

  test('shows a membership to its member only', async () => {
    const { ctx, viewer, row } = await member(database, 'FINANCE')
    expect(await getStaffMember(ctx, viewer.userId)).toMatchObject({ id: row.id, role: 'FINANCE' })
    expect(await getStaffMember(superadminOf(database).ctx, viewer.userId)).toBeNull()
    const [outsider, fan] = [admin(), testUser()]
    expect(await getStaffMember(ctxOf(database, outsider), outsider.userId)).toBeNull()
    expect(await getStaffMember(ctxOf(database, fan), fan.userId)).toBeNull()
  })

  test('keeps its last superadmin', async () => {
    const { ctx } = superadminOf(database)
    const me = await requireStaff(ctx)
    await expect(removeAdminUser(ctx, { id: me.id })).rejects.toThrow(LastSuperadmin)
    await expect(changeAdminRole(ctx, { id: me.id, role: 'SUPPORT' })).rejects.toThrow(LastSuperadmin)
  })

  test('keeps one superadmin when two take each other off at the same instant', async () => {
    const first = superadminOf(database)
    const me = await requireStaff(first.ctx)
    const second = await member(database, 'SUPERADMIN')
    const outcomes = await Promise.allSettled([
      changeAdminRole(first.ctx, { id: second.row.id, role: 'SUPPORT' }),
      changeAdminRole(second.ctx, { id: me.id, role: 'SUPPORT' }),
    ])
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const left = await listAdminUsers(outcomes[0]?.status === 'fulfilled' ? first.ctx : second.ctx, { first: 100 })
    expect(left.edges.filter((edge) => edge.node.role === 'SUPERADMIN')).toHaveLength(1)
  })
})
