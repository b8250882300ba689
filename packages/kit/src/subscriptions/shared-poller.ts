import type { Log } from '../base/log.ts'
import { type ChangeSignal, createChangeSignal } from './change-signal.ts'

/** The state that was read, and whether subscribers must be notified. */
export interface Snapshot<S> {
  state: S
  hasChanged: boolean
}

export interface PollerOptions<S> {
  /** Reads the state of a key; `last` is the state read before. */
  read: (key: string, last: S | null) => Promise<Snapshot<S>>
  log: Log
  /** Time from the start of one round to the next, at least. */
  intervalMs?: number
  /** How long reads may fail before subscriptions end with the error. */
  failureTimeoutMs?: number
}

/** A subscription to a key; `wake` fires when its state has changed. */
export interface PolledState<S> {
  wake: ChangeSignal
  state: () => S
}

/** Polls each key once for all its subscribers. */
export interface SharedPoller<S> {
  /** Subscribes to a key. Its state is from a new read or the latest round. @throws what `read` throws */
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
 * Reads every subscribed key once per round, one after the other: the cost depends on the number of keys, not of subscribers, and is at
 * most one connection for a third of the time. Without subscribers nothing is read.
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
    const startedAt = performance.now()
    for (const [key, each] of polled) await refresh(options, key, each)
    return performance.now() - startedAt
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
  const each = polled.get(key) ?? startReading(options, key)
  polled.set(key, each)
  const wake = createChangeSignal(() => {
    each.wakes.delete(wake)
    if (each.wakes.size === 0 && polled.get(key) === each) polled.delete(key)
  })
  each.wakes.add(wake)
  return { each, wake }
}

function startReading<S>(options: PollerOptions<S>, key: string): PolledKey<S> {
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
    log.warn({ err: error, key }, 'polling failed')
    if (performance.now() - each.failingSince < failureTimeoutMs) return
    for (const wake of each.wakes) wake.break(error as Error)
  }
}
