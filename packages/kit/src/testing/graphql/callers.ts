import { applyAccountStatus, applyStaffRole } from '../../access/access-subjects.ts'
import { staffRoles, type UserViewer } from '../../auth/viewer.ts'
import type { BaseCtx } from '../../context/context.ts'
import { testStaff, testUser } from './context.ts'

/** One member of the staff for each role, by its name in small letters; the superadmin last. */
export function staffOfEachRole(): Record<string, UserViewer> {
  return Object.fromEntries(staffRoles.toReversed().map((role) => [role.toLowerCase(), testStaff(role)]))
}

/**
 * Those whose rights have ended as this service heard it, while their signed claims still give them all: the gateway lags. And
 * whoever is in the Cognito group of the staff without being on it.
 */
export async function callersWithoutRights(ctx: BaseCtx): Promise<Record<string, UserViewer>> {
  const callers = {
    'in the group only': testUser({ groups: ['user', 'admin'] }),
    'suspended fan': testUser({ groups: ['user', 'partner'] }),
    'suspended staff': testStaff('SUPERADMIN'),
    'dismissed staff': testStaff('SUPERADMIN'),
    'deleted account': testUser({ groups: ['user', 'partner'] }),
  }
  const ends = { version: 2, status: 'SUSPENDED' } as const
  await applyAccountStatus(ctx, { userId: callers['suspended fan'].userId, ...ends })
  await applyAccountStatus(ctx, { userId: callers['suspended staff'].userId, ...ends })
  await applyStaffRole(ctx, { userId: callers['dismissed staff'].userId, version: 2, role: null })
  await applyAccountStatus(ctx, { userId: callers['deleted account'].userId, version: 2, status: 'DELETED' })
  return callers
}
