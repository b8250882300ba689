import { Forbidden, Unauthenticated } from '../base/errors.ts'

/** What a member of the staff may do. A SUPERADMIN may do all that the others may. */
export const staffRoles = ['SUPERADMIN', 'SUPPORT', 'FINANCE', 'COMPLIANCE'] as const
export type StaffRole = (typeof staffRoles)[number]

/** Somebody's place on the staff as it was said last: null when they left. The highest `version` of a person wins. */
export interface StaffClaim {
  role: StaffRole | null
  version: number
}

/**
 * Somebody signed in. `userId` is the TypeID of their Cognito `sub`; `email` is absent when an access token was sent.
 * `groups` are the scopes that fields ask for: the Cognito groups, and for staff `admin:` with their role.
 */
export interface UserViewer {
  kind: 'user'
  userId: string
  email: string | null
  groups: readonly string[]
  /** What the gateway knows of their place on the staff. */
  staff?: StaffClaim | null
}

/** Who asks: nobody known, somebody signed in, or one of our own services (an event or a job). */
export type Viewer = { kind: 'anonymous' } | UserViewer | { kind: 'service'; service: string }

/** Nobody known. */
export const anonymous: Viewer = { kind: 'anonymous' }

/** The Cognito group of the staff, which is also the scope of all of them. The group alone gives no rights. */
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

/** Whether the caller has that scope. Of staff ask `isStaff`. */
export function isInGroup(viewer: Viewer, group: string): boolean {
  return viewer.kind === 'user' && viewer.groups.includes(group)
}

/** Whether the caller is on the staff, with one of those roles when any are named. A SUPERADMIN has every role. */
export function isStaff(viewer: Viewer, ...roles: StaffRole[]): boolean {
  if (viewer.kind !== 'user' || !viewer.groups.includes(staffGroup)) return false
  const wanted: readonly StaffRole[] = roles.length === 0 ? staffRoles : [...roles, 'SUPERADMIN']
  return wanted.some((role) => viewer.groups.includes(staffScope(role)))
}

/** The caller, who is on the staff with one of those roles. @throws {Unauthenticated | Forbidden} */
export function requireStaff(viewer: Viewer, ...roles: StaffRole[]): UserViewer {
  const user = requireUser(viewer)
  if (!isStaff(user)) throw new Forbidden('This is for staff only.')
  if (!isStaff(user, ...roles)) throw new Forbidden(`This needs the role ${roles.join(' or ')}.`)
  return user
}
