import type { ChangeSignal } from './change-signal.ts'

/** What a subscription says, one by one, as fast as it is asked. `return` ends it at once, also while it is being waited for. */
export interface EventStream<T> extends AsyncIterableIterator<T> {
  return: () => Promise<IteratorResult<T>>
}

/**
 * Events from a watch: at each wake, what `read` says; nothing when it says null. Nothing is read before it is asked for, so
 * many changes meanwhile make one event. `at` is a moment to look again though nobody wakes, as time itself may change things.
 */
export function streamChanges<T>(
  watch: ChangeSignal,
  read: () => Promise<T | null>,
  { inMs }: { inMs?: number } = {},
): EventStream<T> {
  // Timers may go off a millisecond early, when it is not time yet.
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
