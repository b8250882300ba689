import { setTimeout } from 'node:timers/promises'
import { type SQL, sql } from 'drizzle-orm'
import { Unavailable } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { BaseCtx } from '../context/context.ts'
import { type Db, poolOf } from '../postgres/database.ts'
import { createListener } from '../postgres/listener.ts'
import { type ChangeSignal, createChangeSignal } from './change-signal.ts'

/** The notification channel of a database; the payload is the topic. */
const channel = 'tikitu_live'

/**
 * Wakes all watchers of `topic` in all processes of the service when the caller's transaction commits. For rare changes only: a
 * Postgres server commits notifying transactions one at a time.
 */
export async function notifyWatchers(ctx: BaseCtx, topic: string): Promise<void> {
  await ctx.db.execute(sql`/* live.notifyWatchers */ select ${notifySql(topic)}`)
}

/** `notifyWatchers` as an SQL expression. */
export function notifySql(topic: string): SQL {
  return sql`pg_notify(${channel}, ${truncated(topic)})`
}

/** Postgres rejects payloads over 8,000 bytes, which must not fail a transaction. */
function truncated(topic: string): string {
  return topic.slice(0, 1_000)
}

/** Notifications between the processes of a service through its database. */
export interface Signals {
  /**
   * Watches topics. A change is either visible to reads after this resolves, or wakes. Several changes wake once; a reconnect wakes too,
   * since changes may have been missed. The first wait resolves at once. @throws {Unavailable}
   */
  watch: (topics: readonly string[]) => Promise<ChangeSignal>
  /** Closes every watch and the database session. */
  close: () => Promise<void>
}

/** Uses its own database session, which is open while there are watches. */
export function createSignals({ db, log }: { db: Db; log: Log }): Signals {
  const watches = new Map<string, Set<ChangeSignal>>()
  const listener = createListener({
    pool: poolOf(db),
    channel,
    log,
    onMessage: (topic) => wake(watches.get(topic) ?? []),
    // Notifications are lost while the session is down, so all watches wake.
    onOpened: () => void wakeInTurns(allOf(watches)),
    isNeeded: () => watches.size > 0,
  })
  return {
    watch: async (topics) => {
      const watch = addWatch(watches, topics)
      try {
        await listener.opened()
        return watch
      } catch (error) {
        watch.close()
        log.warn({ err: error }, 'cannot listen to the database')
        throw new Unavailable('Live data is temporarily unavailable. Try again.')
      }
    },
    close: async () => {
      for (const watch of allOf(watches)) watch.close()
      await listener.close()
    },
  }
}

function wake(watches: Iterable<ChangeSignal>): void {
  for (const watch of watches) watch.set()
}

function allOf(watches: Map<string, Set<ChangeSignal>>): ChangeSignal[] {
  return [...new Set([...watches.values()].flatMap((each) => [...each]))]
}

const turnSize = 200
const turnMs = 50

/** Wakes in batches, so that a recovered database does not get thousands of queries at once. */
async function wakeInTurns(watches: readonly ChangeSignal[]): Promise<void> {
  for (let from = 0; from < watches.length; from += turnSize) {
    if (from > 0) await setTimeout(turnMs, undefined, { ref: false })
    wake(watches.slice(from, from + turnSize))
  }
}

function addWatch(watches: Map<string, Set<ChangeSignal>>, wanted: readonly string[]): ChangeSignal {
  const topics = wanted.map(truncated)
  const watch = createChangeSignal(() => {
    for (const topic of topics) {
      watches.get(topic)?.delete(watch)
      if (watches.get(topic)?.size === 0) watches.delete(topic)
    }
  })
  for (const topic of topics) {
    const others = watches.get(topic)
    if (others) others.add(watch)
    else watches.set(topic, new Set([watch]))
  }
  return watch
}
