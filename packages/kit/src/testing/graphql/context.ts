import { type StaffRole, staffGroup, staffScope, type UserViewer } from '../../auth/viewer.ts'
import { newId } from '../../base/ids.ts'
import { createLog } from '../../base/log.ts'
import type { BaseCtx } from '../../context/context.ts'
import type { TestDatabase } from '../database/database.ts'

/** A signed-in caller with an id of their own, in the group `user` unless told otherwise. */
export function testUser(overrides: Partial<UserViewer> = {}): UserViewer {
  const userId = overrides.userId ?? newId('usr')
  return { kind: 'user', userId, email: `${userId}@example.org`, groups: ['user'], ...overrides }
}

/** A signed-in member of the staff, as the gateway's claims tell of them. */
export function testStaff(role: StaffRole = 'SUPERADMIN', overrides: Partial<UserViewer> = {}): UserViewer {
  const groups = ['user', staffGroup, staffScope(role)]
  return testUser({ groups, staff: { role, version: 1 }, ...overrides })
}

/** A context on the test's database, with the real clock and ids. Give `now` to stand at a moment of your own. */
export function testCtx(database: TestDatabase, overrides: Partial<BaseCtx> = {}): BaseCtx {
  return {
    db: database.db,
    viewer: { kind: 'anonymous' },
    now: () => new Date(),
    newId,
    log: createLog('test', 'silent'),
    requestId: newId('req'),
    acceptLanguage: 'en',
    ...overrides,
  }
}
