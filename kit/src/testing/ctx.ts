import type { BaseCtx } from '../ctx.ts'
import { newId } from '../ids.ts'
import { createLog } from '../log.ts'
import type { UserViewer } from '../viewer.ts'
import type { TestDatabase } from './database.ts'

/** A signed-in caller with an id of their own, in the group `user` unless told otherwise. */
export function testUser(overrides: Partial<UserViewer> = {}): UserViewer {
  const userId = overrides.userId ?? newId('usr')
  return { kind: 'user', userId, email: `${userId}@example.org`, groups: ['user'], ...overrides }
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
