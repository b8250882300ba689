import { type SQL, sql } from 'drizzle-orm'
import { type AccessSubject, admit } from '../auth/admission.ts'
import type { UserViewer, Viewer } from '../auth/viewer.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import { type Db, poolOf } from '../postgres/database.ts'
import { createListener } from '../postgres/listener.ts'
import { accessChannel } from './access-subjects.ts'

/** Users whose rights changed after a cursor; all known users when the cursor is not of this process. */
export interface AccessChanges {
  cursor: string
  subjects: AccessSubject[]
}

/** The rights that a process has in memory: those of staff and of users with recent changes. */
export interface AccessWatch {
  /**
   * The caller with their current rights. Waits only before the first read.
   * @throws {UserSuspended} @throws {Unauthenticated} of a deleted account
   */
  admit: (viewer: Viewer) => Viewer | Promise<Viewer>
  /** Calls back with the id of each user whose rights change. Returns a function that unsubscribes. */
  onChange: (told: (userId: string) => void) => () => void
  /** The stored rights of a user; for unknown users an active account without a role. */
  find: (userId: string) => Promise<AccessSubject>
  changesSince: (cursor: string | null) => Promise<AccessChanges>
  /** Resolves at the next change, after the timeout, or when the process stops. */
  waitForChange: (ms: number) => Promise<void>
  /** Ends all current and future waits. */
  endWaits: () => void
  /** Reads everything again. */
  refresh: () => Promise<void>
  /** Starts to follow the database; before this, only the first read is known. */
  start: () => void
  close: () => Promise<void>
}

export interface AccessWatchOptions {
  db: Db
  log: Log
  now: () => Date
}

/** Maximum delay of a change whose notification was lost. */
const refreshMs = 10_000
/** A Cognito token lives at most a day: a user suspended for longer has no valid token. */
export const maxTokenAgeMs = 26 * 3_600_000

/** Follows what `applyAccountStatus` and `applyStaffRole` write, in any process of the service. */
export function createAccessWatch(options: AccessWatchOptions): AccessWatch {
  const { db } = options
  const memory = createMemory()
  const reader = createReader(options, memory)
  const admitNow = (viewer: UserViewer): Viewer => admit(viewer, memory.get(viewer.userId))
  let following: ChangeReader | null = null
  return {
    admit: (viewer) => {
      if (viewer.kind !== 'user') return viewer
      return reader.isLoaded() ? admitNow(viewer) : reader.refresh().then(() => admitNow(viewer))
    },
    find: async (userId) => {
      const [subject] = await readSubjects(db, sql`user_id = ${userId}`)
      return subject ?? { userId, accountStatus: 'ACTIVE', accountVersion: 0, staffRole: null, staffVersion: 0 }
    },
    changesSince: async (cursor) => {
      if (!reader.isLoaded()) await reader.refresh()
      return memory.changesSince(cursor)
    },
    onChange: memory.onChange,
    waitForChange: memory.waits.wait,
    endWaits: memory.waits.close,
    refresh: reader.refresh,
    start: () => {
      following ??= follow(options, reader)
    },
    close: async () => {
      memory.waits.close()
      await following?.close()
    },
  }
}

interface KnownSubjects {
  subject: AccessSubject
  /** The position in this process's sequence of changes. */
  place: number
}

type Memory = ReturnType<typeof createMemory>

function createMemory() {
  const epoch = newId('acw')
  const known = new Map<string, KnownSubjects>()
  const listeners = new Set<(userId: string) => void>()
  const waits = createWaits()
  let place = 0
  return {
    waits,
    place: () => place,
    get: (userId: string): AccessSubject | undefined => known.get(userId)?.subject,
    /** Ignores older versions, since reads may overtake each other. */
    take: (subject: AccessSubject): void => {
      const before = known.get(subject.userId)?.subject
      if (before && (isSame(before, subject) || isOlder(subject, before))) return
      known.set(subject.userId, { subject, place: ++place })
      for (const told of listeners) told(subject.userId)
      waits.endAll()
    },
    /** Forgets subjects that are not among `ids`, unless they changed after a position. */
    keepOnly: (ids: ReadonlySet<string>, toldAfter: number): void => {
      for (const [userId, each] of known) if (!ids.has(userId) && each.place <= toldAfter) known.delete(userId)
    },
    onChange: (told: (userId: string) => void) => {
      listeners.add(told)
      return () => void listeners.delete(told)
    },
    changesSince: (cursor: string | null): AccessChanges => {
      const [of, from] = (cursor ?? '').split(' ')
      const after = of === epoch ? Number(from) : 0
      const changed = [...known.values()].filter((each) => each.place > after)
      return { cursor: `${epoch} ${place}`, subjects: changed.map(({ subject }) => subject) }
    },
  }
}

interface Reader {
  isLoaded: () => boolean
  /** Reads everything, one read at a time. */
  refresh: () => Promise<void>
  refreshOne: (userId: string) => Promise<void>
}

function createReader({ db, now }: AccessWatchOptions, memory: Memory): Reader {
  let loading: Promise<void> | null = null
  let isLoaded = false
  const load = async (): Promise<void> => {
    const toldBefore = memory.place()
    const since = new Date(now().getTime() - maxTokenAgeMs)
    const inForce = sql`staff_role is not null or changed_at > ${since.toISOString()}::timestamptz`
    const subjects = await readSubjects(db, inForce)
    memory.keepOnly(new Set(subjects.map(({ userId }) => userId)), toldBefore)
    for (const subject of subjects) memory.take(subject)
    isLoaded = true
  }
  return {
    isLoaded: () => isLoaded,
    refresh: async () => {
      const running = loading
      // The running read may have started before the caller's change.
      if (running) await running.catch(() => undefined)
      if (loading && loading !== running) return await loading
      loading = load().finally(() => {
        loading = null
      })
      return await loading
    },
    refreshOne: async (userId) => {
      const [subject] = await readSubjects(db, sql`user_id = ${userId}`)
      if (subject) memory.take(subject)
    },
  }
}

interface ChangeReader {
  close: () => Promise<void>
}

/** Reads each changed subject immediately, and all of them periodically. */
function follow({ db, log }: AccessWatchOptions, reader: Reader): ChangeReader {
  const refresh = (): void =>
    void reader.refresh().catch((error: unknown) => log.warn({ err: error }, 'cannot read access rights'))
  const listener = createListener({
    pool: poolOf(db),
    channel: accessChannel,
    log,
    onMessage: (userId) => void reader.refreshOne(userId).catch(refresh),
    onOpened: refresh,
    isNeeded: () => true,
  })
  listener.opened().catch((error: unknown) => log.warn({ err: error }, 'cannot listen for changes of access rights'))
  const timer = setInterval(refresh, refreshMs)
  timer.unref()
  return {
    close: async () => {
      clearInterval(timer)
      await listener.close()
    },
  }
}

/** Waiters for the next change. */
function createWaits() {
  const waiting = new Set<() => void>()
  let isClosed = false
  const endAll = (): void => {
    for (const end of waiting) end()
  }
  return {
    endAll,
    wait: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        if (isClosed) return resolve()
        const end = (): void => {
          clearTimeout(timer)
          waiting.delete(end)
          resolve()
        }
        const timer = setTimeout(end, ms)
        waiting.add(end)
      }),
    close: (): void => {
      isClosed = true
      endAll()
    },
  }
}

/** Starts with its name, so that tests that count statements can leave it out. */
async function readSubjects(db: Db, which: SQL): Promise<AccessSubject[]> {
  const { rows } = await db.execute<AccessSubject & Record<string, unknown>>(sql`
    /* access.read */
    select user_id as "userId", account_status as "accountStatus", account_version as "accountVersion",
      staff_role as "staffRole", staff_version as "staffVersion"
    from access_subjects where ${which}`)
  return rows
}

function isOlder(a: AccessSubject, b: AccessSubject): boolean {
  return a.accountVersion < b.accountVersion || a.staffVersion < b.staffVersion
}

/** Compares rights only: a new version with just a new name is no change. */
function isSame(a: AccessSubject, b: AccessSubject): boolean {
  return a.accountStatus === b.accountStatus && a.staffRole === b.staffRole && a.staffVersion === b.staffVersion
}
