/**
 * A flag for one waiting reader. Setting it repeatedly wakes the reader once: nothing queues up behind a slow reader, and no change
 * during its work is missed.
 */
export interface ChangeSignal {
  set: () => void
  /** Resolves with true when the flag is set, and clears it; with false once closed. @throws the reason of `break` */
  wait: () => Promise<boolean>
  /** Ends the waiting. Can be called repeatedly. */
  close: () => void
  /** Ends the waiting with an error. */
  break: (reason: Error) => void
}

/** Creates a signal that is already set, so that the first wait resolves at once. `onClose` runs once at its end. */
export function createChangeSignal(onClose: () => void = () => undefined): ChangeSignal {
  let isSet = true
  let ended: { reason?: Error } | null = null
  let waiting: PromiseWithResolvers<boolean> | null = null

  function settle(): void {
    if (!waiting || !(isSet || ended)) return
    const { resolve, reject } = waiting
    waiting = null
    if (ended?.reason) return reject(ended.reason)
    isSet = false
    resolve(!ended)
  }
  function end(how: { reason?: Error }): void {
    if (ended) return
    ended = how
    onClose()
    settle()
  }
  return {
    set: () => {
      isSet = true
      settle()
    },
    wait: () => {
      waiting ??= Promise.withResolvers<boolean>()
      const { promise } = waiting
      settle()
      return promise
    },
    close: () => end({}),
    break: (reason) => end({ reason }),
  }
}
