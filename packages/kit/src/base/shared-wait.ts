/** The abort signal of a waiter, or as much of one as is needed. */
type OwnSignal = Pick<AbortSignal, 'aborted'> & { addEventListener: (type: 'abort', listener: () => void) => void }

/** The shared waiting for one piece of work. */
export interface SharedWait {
  /** Aborted once all waiters have left. */
  signal: AbortSignal
  /** Adds a waiter until its own signal is aborted. A waiter without a signal never leaves. */
  join: (own: OwnSignal | undefined) => void
}

/** One waiter's abort does not abort work that others wait for. */
export function createSharedWait(): SharedWait {
  const controller = new AbortController()
  let waiting = 0
  const leave = (): void => {
    waiting--
    if (waiting === 0) controller.abort()
  }
  return {
    signal: controller.signal,
    join: (own) => {
      waiting++
      if (own?.aborted) leave()
      else own?.addEventListener('abort', leave)
    },
  }
}
