import type { Log } from '../base/log.ts'
import { createWake, type Wake } from './change-signal.ts'

/** What a reading found, and whether it is news to those who follow. */
export interface Reading<S> {
  state: S
  isNews: boolean
}

export interface RoundsOptions<S> {
  /** Reads how things are with a key; `last` is what was read before. */
  read: (key: string, last: S | null) => Promise<Reading<S>>
  log: Log
  /** The pause between two rounds. */
  tickMs?: number
  /** For how long readings may fail before those who follow are let go. */
  patienceMs?: number
}

/** How things are with a key: wakes when there is news. */
export interface Follower<S> {
  wake: Wake
  state: () => S
}

/** One reader for however many follow. */
export interface Rounds<S> {
  /** Follows a key; its state was read after the call at the earliest, or by the newest round. @throws what reading throws */
  follow: (key: string) => Promise<Follower<S>>
  close: () => Promise<void>
}

interface Followed<S> {
  state: S | null
  ready: Promise<void>
  wakes: Set<Wake>
  failingSince: number | null
}

/**
 * Reads every key that somebody follows once per round, one after the other: what it costs depends on how much is followed, not
 * by how many, and is never more than one connection, and that for a third of the time. Nothing is read when nobody follows.
 */
export function createRounds<S>(options: RoundsOptions<S>): Rounds<S> {
  const { tickMs = 300 } = options
  const followed = new Map<string, Followed<S>>()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let isClosed = false

  function schedule(pauseMs: number): void {
    if (timer || running || isClosed || followed.size === 0) return
    timer = setTimeout(() => {
      timer = undefined
      running = round().then((tookMs) => {
        running = null
        schedule(Math.max(tickMs - tookMs, 2 * tookMs))
      })
    }, pauseMs)
    timer.unref()
  }
  async function round(): Promise<number> {
    const begun = performance.now()
    for (const [key, each] of followed) await refresh(options, key, each)
    return performance.now() - begun
  }
  return {
    follow: async (key) => {
      const { each, wake } = join(options, followed, key)
      try {
        await each.ready
      } catch (error) {
        wake.close()
        throw error
      }
      schedule(tickMs)
      return { wake, state: () => each.state as S }
    },
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      for (const each of followed.values()) for (const wake of each.wakes) wake.close()
      await running
    },
  }
}

function join<S>(options: RoundsOptions<S>, followed: Map<string, Followed<S>>, key: string) {
  const each = followed.get(key) ?? begin(options, key)
  followed.set(key, each)
  const wake = createWake(() => {
    each.wakes.delete(wake)
    if (each.wakes.size === 0 && followed.get(key) === each) followed.delete(key)
  })
  each.wakes.add(wake)
  return { each, wake }
}

function begin<S>(options: RoundsOptions<S>, key: string): Followed<S> {
  const each: Followed<S> = { state: null, ready: Promise.resolve(), wakes: new Set(), failingSince: null }
  each.ready = options.read(key, null).then(({ state }) => {
    each.state = state
  })
  return each
}

async function refresh<S>({ read, log, patienceMs = 5_000 }: RoundsOptions<S>, key: string, each: Followed<S>) {
  if (each.state === null) return
  try {
    const { state, isNews } = await read(key, each.state)
    each.state = state
    each.failingSince = null
    if (isNews) for (const wake of each.wakes) wake.set()
  } catch (error) {
    each.failingSince ??= performance.now()
    log.warn({ err: error, key }, 'cannot read what is followed')
    if (performance.now() - each.failingSince < patienceMs) return
    for (const wake of each.wakes) wake.break(error as Error)
  }
}
