import { setTimeout as pause } from 'node:timers/promises'
import { type AccessSubject, admit, requireActive } from '@tikitu/kit/auth/admission'
import { staffGroup, type UserViewer, type Viewer } from '@tikitu/kit/auth/viewer'
import type { Log } from '@tikitu/kit/base/log'
import type { AccessSource } from './access-source.ts'
import type { Authenticate } from './authenticate.ts'

/** The current rights of callers. */
export interface AccessDirectory {
  /**
   * The caller with their current rights. Waits for the services only when the caller was not seen in the last minute. @throws
   * {UserSuspended} @throws {Unauthenticated} for a deleted account
   */
  admit: (viewer: UserViewer) => Viewer | Promise<Viewer>
  /** Whether the caller's staff roles are unchanged. @throws {UserSuspended | Unauthenticated} */
  isCurrent: (viewer: UserViewer) => boolean
  /** Subscribes to the ids of users whose rights change. */
  onChange: (listener: (userId: string) => void) => void
  close: () => Promise<void>
}

export interface AccessDirectoryOptions {
  /** The service that owns accounts. */
  accounts: AccessSource
  /** The service that owns staff roles. */
  staff: AccessSource
  now: () => number
  log: Log
}

interface Entry {
  subject: AccessSubject
  /** When the services were last asked; 0 for never. */
  fetchedAt: number
  isStaffFetched: boolean
}

/** The maximum age of cached rights, even without a notice of a change. */
const maxAgeMs = 60_000
/** From this age on, rights are refreshed in the background. */
const refreshAfterMs = 30_000
/** How long a failed service is not asked again. Meanwhile callers keep their cached rights. */
const retryAfterMs = 1_000
const maxEntries = 100_000

/**
 * Asks the owning services about each caller at most once a minute, and follows their notices of changes. While a service is down, cached
 * rights apply; without these, the rights in the token apply, except for staff roles.
 */
export function createAccessDirectory(options: AccessDirectoryOptions): AccessDirectory {
  const { now, log } = options
  const entries = createEntries()
  const fetchRights = createRightsFetcher(options, entries)
  const viewers = new WeakMap<UserViewer, { subject: AccessSubject | undefined; viewer: Viewer }>()
  const closing = new AbortController()
  const effective = (viewer: UserViewer): Viewer => {
    const subject = entries.get(viewer.userId)?.subject
    const cached = viewers.get(viewer)
    if (cached && cached.subject === subject) return cached.viewer
    const current = { subject, viewer: admit(viewer, subject) }
    viewers.set(viewer, current)
    return current.viewer
  }
  for (const source of [options.accounts, options.staff]) {
    void follow(source, (subject) => entries.store(subject, null), { signal: closing.signal, log })
  }
  return {
    admit: (viewer) => {
      const entry = entries.get(viewer.userId)
      const isFetched = entry && (entry.isStaffFetched || !viewer.groups.includes(staffGroup))
      const age = isFetched ? now() - entry.fetchedAt : maxAgeMs
      if (age < refreshAfterMs) return effective(viewer)
      const promise = fetchRights(viewer)
      return age < maxAgeMs ? effective(viewer) : promise.then(() => effective(viewer))
    },
    isCurrent: ({ userId, staff }) => {
      const subject = entries.get(userId)?.subject
      requireActive(subject?.accountStatus ?? 'ACTIVE')
      return !subject || subject.staffVersion === (staff?.version ?? 0)
    },
    onChange: entries.onChange,
    close: async () => {
      closing.abort()
      await Promise.all([options.accounts.close(), options.staff.close()])
    },
  }
}

type Entries = ReturnType<typeof createEntries>

/** Cached rights, of the most recent callers. */
function createEntries() {
  const entries = new Map<string, Entry>()
  const listeners: ((userId: string) => void)[] = []
  const put = (userId: string, entry: Entry): void => {
    if (entries.size >= maxEntries && !entries.has(userId)) entries.delete(entries.keys().next().value ?? '')
    entries.set(userId, entry)
  }
  return {
    get: (userId: string): Entry | undefined => entries.get(userId),
    put,
    /** Stores newer rights. For rights that the sender owns, equally new ones are stored too. */
    store: (update: AccessSubject, owned: 'account' | 'staff' | null): void => {
      const known = entries.get(update.userId)
      const entry = known ?? { subject: unknown(update.userId), fetchedAt: 0, isStaffFetched: false }
      const subject = mergeRights(entry.subject, update, owned)
      if (known && subject === known.subject) return
      put(update.userId, { ...entry, subject })
      if (!isSame(subject, entry.subject)) for (const listener of listeners) listener(update.userId)
    },
    onChange: (listener: (userId: string) => void) => void listeners.push(listener),
  }
}

/** Asks about a caller, with one request for concurrent calls. Never rejects: on failure the cached rights remain. */
function createRightsFetcher({ accounts, staff, now, log }: AccessDirectoryOptions, entries: Entries) {
  const inFlight = new Map<string, Promise<void>>()
  const fetchAccount = withPause(accounts, now)
  const fetchStaff = withPause(staff, now)
  const fetch = async (viewer: UserViewer): Promise<void> => {
    const isMember = viewer.groups.includes(staffGroup)
    const [account, place] = await Promise.allSettled([fetchAccount(viewer), isMember ? fetchStaff(viewer) : null])
    if (account.status === 'fulfilled') entries.store(account.value, 'account')
    if (place.status === 'fulfilled' && place.value) entries.store(place.value, 'staff')
    const failure = [account, place].find((each) => each.status === 'rejected')
    if (failure) return log.warn({ err: failure.reason }, 'cannot ask about the rights of a caller')
    const entry = entries.get(viewer.userId)
    if (entry) entries.put(viewer.userId, { ...entry, fetchedAt: now(), isStaffFetched: isMember })
  }
  return (viewer: UserViewer): Promise<void> => {
    const key = `${viewer.userId} ${viewer.groups.includes(staffGroup)}`
    const running = inFlight.get(key)
    if (running) return running
    const promise = fetch(viewer).finally(() => inFlight.delete(key))
    inFlight.set(key, promise)
    return promise
  }
}

/** Identifies the caller, with their current rights. @throws {Unauthenticated | UserSuspended | Unavailable} */
export function withAccessCheck(authenticate: Authenticate, directory: AccessDirectory): Authenticate {
  return async (authorization) => {
    const viewer = await authenticate(authorization)
    return viewer.kind === 'user' ? await directory.admit(viewer) : viewer
  }
}

function unknown(userId: string): AccessSubject {
  return { userId, accountStatus: 'ACTIVE', accountVersion: 0, staffRole: null, staffVersion: 0 }
}

/** Returns the same object when nothing changed. */
function mergeRights(known: AccessSubject, update: AccessSubject, owned: 'account' | 'staff' | null): AccessSubject {
  const isAccountNewer = isNewer(update.accountVersion, known.accountVersion, owned === 'account')
  const isStaffNewer = isNewer(update.staffVersion, known.staffVersion, owned === 'staff')
  const { accountStatus, accountVersion } = isAccountNewer ? update : known
  const { staffRole, staffVersion } = isStaffNewer ? update : known
  const subject = { userId: known.userId, accountStatus, accountVersion, staffRole, staffVersion }
  return isSame(subject, known) && accountVersion === known.accountVersion ? known : subject
}

function isNewer(update: number, known: number, isOwner: boolean): boolean {
  return update > known || (isOwner && update === known)
}

function isSame(a: AccessSubject, b: AccessSubject): boolean {
  return a.accountStatus === b.accountStatus && a.staffRole === b.staffRole && a.staffVersion === b.staffVersion
}

/** Waits before it asks a failed service again. */
function withPause({ name, describe }: AccessSource, now: () => number): AccessSource['describe'] {
  let pausedUntil = 0
  return async (viewer) => {
    if (now() < pausedUntil) throw new Error(`${name} failed recently`)
    return await describe(viewer).catch((error: unknown) => {
      pausedUntil = now() + retryAfterMs
      throw error
    })
  }
}

const minPauseMs = 50
const maxPauseMs = 1_000

/** Follows notices of changes until it is stopped. */
async function follow(
  source: AccessSource,
  store: (subject: AccessSubject) => void,
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<void> {
  let cursor: string | null = null
  let failures = 0
  while (!signal.aborted) {
    try {
      const changes = await source.changes(cursor, signal)
      cursor = changes.cursor
      for (const subject of changes.subjects) store(subject)
      failures = 0
    } catch (error) {
      if (!signal.aborted) log.debug({ err: error, service: source.name }, 'cannot follow changes of rights')
      failures++
    }
    // Also after success: a service with several processes may answer from another one each time.
    const ms = Math.min(maxPauseMs, minPauseMs * 2 ** Math.min(failures, 10))
    await pause(ms, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
