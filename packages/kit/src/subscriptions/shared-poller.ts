import type { Log } from '../base/log.ts'
import { type ChangeSignal, createChangeSignal } from './change-signal.ts'

/** What a reading found, and whether it is news to those who subscribe. */
export interface Snapshot<S> {
  state: S
  hasChanged: boolean
}

export interface PollerOptions<S> {
  /** Reads how things are with a key; `last` is what was read before. */
  read: (key: string, last: S | null) => Promise<Snapshot<S>>
  log: Log
  /** The pause between two poller. */
  intervalMs?: number
  /** For how long readings may fail before those who subscribe are let go. */
  failureTimeoutMs?: number
}

/** How things are with a key: wakes when there is news. */
export interface PolledState<S> {
  wake: ChangeSignal
  state: () => S
}

/** One reader for however many subscribe. */
export interface SharedPoller<S> {
  /** Follows a key; its state was read after the call at the earliest, or by the newest round. @throws what reading throws */
  subscribe: (key: string) => Promise<PolledState<S>>
  close: () => Promise<void>
}

interface PolledKey<S> {
  state: S | null
  ready: Promise<void>
  wakes: Set<ChangeSignal>
  failingSince: number | null
}

/**
 * Reads every key that somebody follows once per round, one after the other: what it costs depends on how much is polled, not
 * by how many, and is never more than one connection, and that for a third of the time. Nothing is read when nobody follows.
 */
export function createSharedPoller<S>(options: PollerOptions<S>): SharedPoller<S> {
  const { intervalMs = 300 } = options
  const polled = new Map<string, PolledKey<S>>()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let isClosed = false

  function schedule(pauseMs: number): void {
    if (timer || running || isClosed || polled.size === 0) return
    timer = setTimeout(() => {
      timer = undefined
      running = round().then((tookMs) => {
        running = null
        schedule(Math.max(intervalMs - tookMs, 2 * tookMs))
      })
    }, pauseMs)
    timer.unref()
  }
  async function round(): Promise<number> {
    const begun = performance.now()
    for (const [key, each] of polled) await refresh(options, key, each)
    return performance.now() - begun
  }
  return {
    subscribe: async (key) => {
      const { each, wake } = join(options, polled, key)
      try {
        await each.ready
      } catch (error) {
        wake.close()
        throw error
      }
      schedule(intervalMs)
      return { wake, state: () => each.state as S }
    },
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      for (const each of polled.values()) for (const wake of each.wakes) wake.close()
      await running
    },
  }
}

function join<S>(options: PollerOptions<S>, polled: Map<string, PolledKey<S>>, key: string) {
  const each = polled.get(key) ?? begin(options, key)
  polled.set(key, each)
  const wake = createChangeSignal(() => {
    each.wakes.delete(wake)
    if (each.wakes.size === 0 && polled.get(key) === each) polled.delete(key)
  })
  each.wakes.add(wake)
  return { each, wake }
}

function begin<S>(options: PollerOptions<S>, key: string): PolledKey<S> {
  const each: PolledKey<S> = { state: null, ready: Promise.resolve(), wakes: new Set(), failingSince: null }
  each.ready = options.read(key, null).then(({ state }) => {
    each.state = state
  })
  return each
}

async function refresh<S>({ read, log, failureTimeoutMs = 5_000 }: PollerOptions<S>, key: string, each: PolledKey<S>) {
  if (each.state === null) return
  try {
    const { state, hasChanged } = await read(key, each.state)
    each.state = state
    each.failingSince = null
    if (hasChanged) for (const wake of each.wakes) wake.set()
  } catch (error) {
    each.failingSince ??= performance.now()
    log.warn({ err: error, key }, 'cannot read what is polled')
    if (performance.now() - each.failingSince < failureTimeoutMs) return
    for (const wake of each.wakes) wake.break(error as Error)
  }
}
