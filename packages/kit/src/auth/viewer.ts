import { Forbidden, Unauthenticated } from '../base/errors.ts'

/** The roles of staff. SUPERADMIN includes all others. */
export const staffRoles = ['SUPERADMIN', 'SUPPORT', 'FINANCE', 'COMPLIANCE'] as const
export type StaffRole = (typeof staffRoles)[number]

/** The latest known staff role of a user; null when they left. The highest `version` wins. */
export interface StaffClaim {
  role: StaffRole | null
  version: number
}

/**
 * A signed-in user. `userId` is the TypeID of their Cognito `sub`; `email` is absent with an access token.
 * `groups` are the scopes that fields require: the Cognito groups, and for staff `admin:` with their role.
 */
export interface UserViewer {
  kind: 'user'
  userId: string
  email: string | null
  groups: readonly string[]
  /** Their staff role as known to the gateway. */
  staff?: StaffClaim | null
}

/** The caller: anonymous, a signed-in user, or one of our services (an event or a job). */
export type Viewer = { kind: 'anonymous' } | UserViewer | { kind: 'service'; service: string }

/** The anonymous caller. */
export const anonymous: Viewer = { kind: 'anonymous' }

/** The Cognito group of staff, which is also the scope of every role. The group alone gives no rights. */
export const staffGroup = 'admin'

/** The scope of one role: `admin:finance`. */
export function staffScope(role: StaffRole): string {
  return `${staffGroup}:${role.toLowerCase()}`
}

/** The signed-in caller. @throws {Unauthenticated} */
export function requireUser(viewer: Viewer): UserViewer {
  if (viewer.kind !== 'user') throw new Unauthenticated()
  return viewer
}

/** Whether the caller is that user. */
export function isSelf(viewer: Viewer, userId: string): boolean {
  return viewer.kind === 'user' && viewer.userId === userId
}

/** Whether the caller has that scope. For staff use `isStaff`. */
export function isInGroup(viewer: Viewer, group: string): boolean {
  return viewer.kind === 'user' && viewer.groups.includes(group)
}

/** Whether the caller is staff, with one of the roles if any are given. A SUPERADMIN has every role. */
export function isStaff(viewer: Viewer, ...roles: StaffRole[]): boolean {
  if (viewer.kind !== 'user' || !viewer.groups.includes(staffGroup)) return false
  const wanted: readonly StaffRole[] = roles.length === 0 ? staffRoles : [...roles, 'SUPERADMIN']
  return wanted.some((role) => viewer.groups.includes(staffScope(role)))
}

/** The caller, if they are staff with one of the roles. @throws {Unauthenticated | Forbidden} */
export function requireStaff(viewer: Viewer, ...roles: StaffRole[]): UserViewer {
  const user = requireUser(viewer)
  if (!isStaff(user)) throw new Forbidden('This is for staff only.')
  if (!isStaff(user, ...roles)) throw new Forbidden(`This needs the role ${roles.join(' or ')}.`)
  return user
}
