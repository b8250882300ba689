/** Something that has to end in time. */
export interface Deadline {
  /** It has ended: nothing will be called. */
  clear: () => void
}

/** Begins to wait: `expire` is called when it took too long. */
export type Deadlines = (expire: (ms: number) => void) => Deadline

interface Pending {
  at: number
  expire: (ms: number) => void
}

/**
 * Ends what takes longer than `ms`. As all have the same time, they end in the order they began, and one timer serves any number of
 * them; a timer and an AbortSignal for each request cost more than its headers.
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
