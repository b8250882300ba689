import { fileURLToPath } from 'node:url'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { UserViewer } from '../auth/viewer.ts'
import { UserSuspended } from '../base/errors.ts'
import { createLog } from '../base/log.ts'
import { accessSubjects } from '../postgres/shared-tables.ts'
import { useDatabase } from '../testing/database/database.ts'
import { testCtx, testStaff, testUser } from '../testing/graphql/context.ts'
import { applyAccountStatus, applyStaffRole, withAccessHandlers } from './access-subjects.ts'
import { type AccessWatch, createAccessWatch, maxTokenAgeMs } from './access-watch.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))
const log = createLog('test', 'silent')
const watchAt = (now = new Date()): AccessWatch => createAccessWatch({ db: database.db, log, now: () => now })
const ctx = () => testCtx(database)
let watch: AccessWatch

beforeAll(async () => {
  watch = watchAt()
  watch.start()
})
afterAll(() => watch.close())

const isRefused = async (viewer: UserViewer, by = watch): Promise<boolean> => {
  try {
    await by.admit(viewer)
    return false
  } catch (error) {
    expect(error).toBeInstanceOf(UserSuspended)
    return true
  }
}

test('refuses whoever is suspended as soon as the transaction commits, and lets them in again', async () => {
  const ada = testUser()
  expect(await isRefused(ada)).toBe(false)
  await applyAccountStatus(ctx(), { userId: ada.userId, version: 2, status: 'SUSPENDED' })
  await vi.waitFor(async () => expect(await isRefused(ada)).toBe(true), 2_000)
  await applyAccountStatus(ctx(), { userId: ada.userId, version: 3, status: 'ACTIVE' })
  await vi.waitFor(async () => expect(await isRefused(ada)).toBe(false), 2_000)
})

test('folds what is said of a person by its version, in whatever order it comes', async () => {
  const [ada, support] = [testUser(), testStaff('SUPPORT')]
  await applyAccountStatus(ctx(), { userId: ada.userId, version: 3, status: 'ACTIVE' })
  await applyAccountStatus(ctx(), { userId: ada.userId, version: 2, status: 'SUSPENDED' })
  await applyStaffRole(ctx(), { userId: support.userId, version: 2, role: null })
  await applyStaffRole(ctx(), { userId: support.userId, version: 1, role: 'SUPPORT' })
  await watch.refresh()
  expect(await isRefused(ada)).toBe(false)
  expect(await watch.admit(support)).toMatchObject({ groups: ['user'] })
})

test('keeps account and place on the staff apart, so that neither fact undoes the other', async () => {
  const { userId } = testUser()
  await applyStaffRole(ctx(), { userId, version: 4, role: 'FINANCE' })
  await applyAccountStatus(ctx(), { userId, version: 1, status: 'ACTIVE' })
  expect(await watch.find(userId)).toMatchObject({ accountVersion: 1, staffRole: 'FINANCE', staffVersion: 4 })
})

test('tells those who wait of a change, and from a cursor only what came after it', async () => {
  const { userId } = testUser()
  await watch.refresh()
  const { cursor } = await watch.changesSince(null)
  await Promise.all([applyStaffRole(ctx(), { userId, version: 1, role: 'SUPPORT' }), watch.waitForChange(60_000)])
  await vi.waitFor(async () => {
    const { subjects } = await watch.changesSince(cursor)
    expect(subjects).toContainEqual(expect.objectContaining({ userId, staffRole: 'SUPPORT' }))
  })
  const everybody = await watch.changesSince('acw_of_another_process 7')
  expect(everybody.subjects.length).toBeGreaterThan(1)
  watch.endWaits()
  await watch.waitForChange(60_000)
})

test('forgets who has been shut out for longer than a token lives, and never a member of the staff', async () => {
  const [ada, support] = [testUser(), testStaff('SUPPORT')]
  await applyAccountStatus(ctx(), { userId: ada.userId, version: 2, status: 'SUSPENDED' })
  await applyStaffRole(ctx(), { userId: support.userId, version: 1, role: 'SUPPORT' })
  const later = watchAt(new Date(Date.now() + maxTokenAgeMs + 60_000))
  expect(await isRefused(ada, later)).toBe(false)
  const { subjects } = await later.changesSince(null)
  expect(subjects.map(({ userId }) => userId)).toContain(support.userId)
})

test('is fed by the events of others, before what the service itself does on them', async () => {
  const seen: string[] = []
  const { userId } = testUser()
  const handlers = withAccessHandlers('booking', {
    'user.changed': async (ctx) => {
      const [row] = await ctx.db.select().from(accessSubjects).where(eq(accessSubjects.userId, userId))
      seen.push(row?.accountStatus ?? 'nothing')
    },
  })
  const event = {} as never
  await handlers['user.changed']?.(ctx(), { userId, version: 2, status: 'SUSPENDED', name: 'x' } as never, event)
  await handlers['admin.staffChanged']?.(ctx(), { userId, version: 1, role: 'SUPPORT' } as never, event)
  expect(seen).toEqual(['SUSPENDED'])
  expect(await watch.find(userId)).toMatchObject({ accountStatus: 'SUSPENDED', staffRole: 'SUPPORT' })
  expect(Object.keys(withAccessHandlers('user', {}))).toEqual(['admin.staffChanged'])
})
