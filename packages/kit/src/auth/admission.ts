import { Unauthenticated, UserSuspended } from '../base/errors.ts'
import { type StaffClaim, staffGroup, staffScope, type UserViewer, type Viewer } from './viewer.ts'

/** The known rights of a user, each part with its version at the deciding service. */
export interface AccessSubject {
  userId: string
  accountStatus: AccountStatus
  accountVersion: number
  staffRole: StaffClaim['role']
  /** 0 if the user was never staff. */
  staffVersion: number
}

/** DELETED: the account no longer exists. */
export const accountStatuses = ['ACTIVE', 'SUSPENDED', 'DELETED'] as const
export type AccountStatus = (typeof accountStatuses)[number]

/**
 * The caller with their current rights: the signed claims, unless something newer is known here. The Cognito group of staff counts
 * only together with a role. @throws {UserSuspended} @throws {Unauthenticated} of a deleted account
 */
export function admit(viewer: Viewer, known: AccessSubject | undefined): Viewer {
  if (viewer.kind !== 'user') return viewer
  requireActive(known?.accountStatus ?? 'ACTIVE')
  return withStaff(viewer, newest(viewer.staff ?? null, known))
}

/** @throws {UserSuspended} @throws {Unauthenticated} of a deleted account */
export function requireActive(status: AccountStatus): void {
  if (status === 'SUSPENDED') throw new UserSuspended()
  if (status === 'DELETED') {
    throw new Unauthenticated('This account no longer exists. Sign in with another one.')
  }
}

/** The user with the scopes of their staff role instead of those from their groups. */
export function withStaff(viewer: UserViewer, staff: StaffClaim | null): UserViewer {
  const isMember = viewer.groups.includes(staffGroup)
  const others = viewer.groups.filter((group) => group !== staffGroup && !group.startsWith(`${staffGroup}:`))
  const own = isMember && staff?.role ? [staffGroup, staffScope(staff.role)] : []
  return { ...viewer, groups: [...others, ...own], staff }
}

function newest(claim: StaffClaim | null, known: AccessSubject | undefined): StaffClaim | null {
  if (!known || known.staffVersion === 0) return claim
  if (claim && claim.version > known.staffVersion) return claim
  return { role: known.staffRole, version: known.staffVersion }
}
