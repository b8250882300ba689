import type { ChangeSignal } from './change-signal.ts'

/** The events of a subscription, produced on demand. `return` ends it at once, also during a pending `next`. */
export interface EventStream<T> extends AsyncIterableIterator<T> {
  return: () => Promise<IteratorResult<T>>
}

/**
 * Events from a change signal: the result of `read` after each change, unless null. Reads only on demand, so several changes become one
 * event. `inMs` schedules one additional read, for state that changes with time.
 */
export function streamChanges<T>(
  watch: ChangeSignal,
  read: () => Promise<T | null>,
  { inMs }: { inMs?: number } = {},
): EventStream<T> {
  // Timers may fire a millisecond early.
  const alarm = inMs === undefined ? undefined : setTimeout(watch.set, Math.max(0, inMs) + 2)
  alarm?.unref()
  const end = (): void => {
    clearTimeout(alarm)
    watch.close()
  }
  const events: EventStream<T> = {
    next: async () => {
      while (await watch.wait()) {
        const value = await read()
        if (value !== null) return { done: false, value }
      }
      end()
      return { done: true, value: undefined }
    },
    return: async () => {
      end()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => events,
  }
  return events
}
