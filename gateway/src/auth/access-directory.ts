import { setTimeout as pause } from 'node:timers/promises'
import { type AccessSubject, admit, requireActive } from '@tikitu/kit/auth/admission'
import { staffGroup, type UserViewer, type Viewer } from '@tikitu/kit/auth/viewer'
import type { Log } from '@tikitu/kit/base/log'
import type { AccessSource } from './access-source.ts'
import type { Authenticate } from './authenticate.ts'

/** What this gateway knows of its callers' rights. */
export interface AccessDirectory {
  /**
   * The caller with the rights that are theirs now. Waits only for whoever was not seen within a minute.
   * @throws {UserSuspended} @throws {Unauthenticated} of a deleted account
   */
  admit: (viewer: UserViewer) => Viewer | Promise<Viewer>
  /** Whether the caller's place on the staff is still as it was. @throws {UserSuspended | Unauthenticated} */
  isCurrent: (viewer: UserViewer) => boolean
  /** Calls back with the id of everybody whose rights change. */
  onChange: (told: (userId: string) => void) => void
  close: () => Promise<void>
}

export interface AccessDirectoryOptions {
  /** Who decides about accounts. */
  accounts: AccessSource
  /** Who decides about the staff. */
  staff: AccessSource
  now: () => number
  log: Log
}

interface Entry {
  subject: AccessSubject
  /** When the services that decide were asked last; 0 when never. */
  askedAt: number
  isStaffAsked: boolean
}

/** Nothing is believed for longer without asking, even when no change was told. */
const believedMs = 60_000
/** From this age on it is asked again, while the caller need not wait. */
const freshMs = 30_000
/** A service that did not answer is left alone for so long: callers are admitted by what is known. */
const restMs = 1_000
const maxEntries = 100_000

/**
 * Asks the deciding services about each caller at most once a minute, and hears from them at once when somebody's rights change.
 * While a service is away, what is known holds; of whom nothing is known, the token does, without any place on the staff.
 */
export function createAccessDirectory(options: AccessDirectoryOptions): AccessDirectory {
  const { now, log } = options
  const entries = createEntries()
  const askOnce = createAsker(options, entries)
  const admitted = new WeakMap<UserViewer, { subject: AccessSubject | undefined; viewer: Viewer }>()
  const closing = new AbortController()
  const effective = (viewer: UserViewer): Viewer => {
    const subject = entries.get(viewer.userId)?.subject
    const before = admitted.get(viewer)
    if (before && before.subject === subject) return before.viewer
    const made = { subject, viewer: admit(viewer, subject) }
    admitted.set(viewer, made)
    return made.viewer
  }
  for (const source of [options.accounts, options.staff]) {
    void follow(source, (subject) => entries.learn(subject, null), { signal: closing.signal, log })
  }
  return {
    admit: (viewer) => {
      const entry = entries.get(viewer.userId)
      const isAsked = entry && (entry.isStaffAsked || !viewer.groups.includes(staffGroup))
      const age = isAsked ? now() - entry.askedAt : believedMs
      if (age < freshMs) return effective(viewer)
      const asked = askOnce(viewer)
      return age < believedMs ? effective(viewer) : asked.then(() => effective(viewer))
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

/** What is known, of those who came last. */
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
    /** Takes what is newer; of the part that the one who says it decides also what is as new. */
    learn: (said: AccessSubject, decides: 'account' | 'staff' | null): void => {
      const known = entries.get(said.userId)
      const entry = known ?? { subject: unknown(said.userId), askedAt: 0, isStaffAsked: false }
      const subject = merged(entry.subject, said, decides)
      if (known && subject === known.subject) return
      put(said.userId, { ...entry, subject })
      if (!isSame(subject, entry.subject)) for (const told of listeners) told(said.userId)
    },
    onChange: (told: (userId: string) => void) => void listeners.push(told),
  }
}

/** Asks about a caller, once for all who ask at the same time. Never fails: then what is known stays. */
function createAsker({ accounts, staff, now, log }: AccessDirectoryOptions, entries: Entries) {
  const asking = new Map<string, Promise<void>>()
  const askAccounts = resting(accounts, now)
  const askStaff = resting(staff, now)
  const ask = async (viewer: UserViewer): Promise<void> => {
    const isMember = viewer.groups.includes(staffGroup)
    const [account, place] = await Promise.allSettled([askAccounts(viewer), isMember ? askStaff(viewer) : null])
    if (account.status === 'fulfilled') entries.learn(account.value, 'account')
    if (place.status === 'fulfilled' && place.value) entries.learn(place.value, 'staff')
    const failure = [account, place].find((each) => each.status === 'rejected')
    if (failure) return log.warn({ err: failure.reason }, 'cannot ask about the rights of a caller')
    const entry = entries.get(viewer.userId)
    if (entry) entries.put(viewer.userId, { ...entry, askedAt: now(), isStaffAsked: isMember })
  }
  return (viewer: UserViewer): Promise<void> => {
    const key = `${viewer.userId} ${viewer.groups.includes(staffGroup)}`
    const running = asking.get(key)
    if (running) return running
    const asked = ask(viewer).finally(() => asking.delete(key))
    asking.set(key, asked)
    return asked
  }
}

/** Tells who is asking, with the rights that are theirs now. @throws {Unauthenticated | UserSuspended | Unavailable} */
export function withAccessCheck(authenticate: Authenticate, directory: AccessDirectory): Authenticate {
  return async (authorization) => {
    const viewer = await authenticate(authorization)
    return viewer.kind === 'user' ? await directory.admit(viewer) : viewer
  }
}

function unknown(userId: string): AccessSubject {
  return { userId, accountStatus: 'ACTIVE', accountVersion: 0, staffRole: null, staffVersion: 0 }
}

/** The same object when nothing changed. */
function merged(known: AccessSubject, said: AccessSubject, decides: 'account' | 'staff' | null): AccessSubject {
  const isAccountNewer = isNewer(said.accountVersion, known.accountVersion, decides === 'account')
  const isStaffNewer = isNewer(said.staffVersion, known.staffVersion, decides === 'staff')
  const { accountStatus, accountVersion } = isAccountNewer ? said : known
  const { staffRole, staffVersion } = isStaffNewer ? said : known
  const subject = { userId: known.userId, accountStatus, accountVersion, staffRole, staffVersion }
  return isSame(subject, known) && accountVersion === known.accountVersion ? known : subject
}

function isNewer(said: number, known: number, isDecided: boolean): boolean {
  return said > known || (isDecided && said === known)
}

function isSame(a: AccessSubject, b: AccessSubject): boolean {
  return a.accountStatus === b.accountStatus && a.staffRole === b.staffRole && a.staffVersion === b.staffVersion
}

/** Does not ask again at once who did not answer. */
function resting({ name, describe }: AccessSource, now: () => number): AccessSource['describe'] {
  let restsUntil = 0
  return async (viewer) => {
    if (now() < restsUntil) throw new Error(`${name} did not answer a moment ago`)
    return await describe(viewer).catch((error: unknown) => {
      restsUntil = now() + restMs
      throw error
    })
  }
}

const shortestPauseMs = 50
const longestPauseMs = 1_000

/** Hears of changes until it is stopped. */
async function follow(
  source: AccessSource,
  learn: (subject: AccessSubject) => void,
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<void> {
  let cursor: string | null = null
  let failures = 0
  while (!signal.aborted) {
    try {
      const changes = await source.changes(cursor, signal)
      cursor = changes.cursor
      for (const subject of changes.subjects) learn(subject)
      failures = 0
    } catch (error) {
      if (!signal.aborted) log.debug({ err: error, service: source.name }, 'cannot hear of changed rights')
      failures++
    }
    // Also when all is well: a service with several processes may begin anew at each answer.
    const ms = Math.min(longestPauseMs, shortestPauseMs * 2 ** Math.min(failures, 10))
    await pause(ms, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
