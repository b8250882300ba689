import { Forbidden, Unauthenticated } from './errors.ts'

/** Somebody signed in. `userId` is the TypeID of their Cognito `sub`; `email` is absent when an access token was sent. */
export interface UserViewer {
  kind: 'user'
  userId: string
  email: string | null
  groups: readonly string[]
}

/** Who asks: nobody known, somebody signed in, or one of our own services (an event or a job). */
export type Viewer = { kind: 'anonymous' } | UserViewer | { kind: 'service'; service: string }

/** Nobody known. */
export const anonymous: Viewer = { kind: 'anonymous' }

/** The signed-in caller. @throws {Unauthenticated} */
export function requireUser(viewer: Viewer): UserViewer {
  if (viewer.kind !== 'user') throw new Unauthenticated()
  return viewer
}

/** Whether the caller is in that Cognito group. */
export function isInGroup(viewer: Viewer, group: string): boolean {
  return viewer.kind === 'user' && viewer.groups.includes(group)
}

/** The signed-in caller, who is in that Cognito group. @throws {Unauthenticated | Forbidden} */
export function requireGroup(viewer: Viewer, group: string): UserViewer {
  const user = requireUser(viewer)
  if (!user.groups.includes(group)) throw new Forbidden()
  return user
}
