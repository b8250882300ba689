/** A deadline that has been set. */
export interface Deadline {
  /** Removes it. */
  clear: () => void
}

/** Sets a deadline. `expire` is called with its milliseconds unless it is cleared before. */
export type Deadlines = (expire: (ms: number) => void) => Deadline

interface Pending {
  at: number
  expire: (ms: number) => void
}

/**
 * Creates deadlines of `ms` each. All last equally long, so they expire in the order in which they were set, and one timer serves them
 * all. A timer and an AbortSignal for each request would cost more processor time than its headers.
 */
export function createDeadlines(ms: number, now: () => number = Date.now): Deadlines {
  const pending = new Set<Pending>()
  let isTimed = false
  const time = (afterMs: number): void => {
    isTimed = true
    setTimeout(sweep, afterMs).unref()
  }
  const sweep = (): void => {
    isTimed = false
    for (const one of pending) {
      if (one.at > now()) return time(one.at - now())
      pending.delete(one)
      one.expire(ms)
    }
  }
  return (expire) => {
    const one: Pending = { at: now() + ms, expire }
    pending.add(one)
    if (!isTimed) time(ms)
    return { clear: () => void pending.delete(one) }
  }
}
