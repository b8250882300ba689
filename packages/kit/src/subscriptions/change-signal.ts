/**
 * A flag that one reader waits on. However often it is set before the reader looks, the reader wakes once: so nothing queues
 * up behind a slow one, and nothing that happened while it was at work is missed.
 */
export interface ChangeSignal {
  set: () => void
  /** Resolves when the flag is set, and takes it down: true; or false once it was closed. @throws what it was broken with */
  wait: () => Promise<boolean>
  /** Lets the reader go. May be called again. */
  close: () => void
  /** Lets the reader go with an error. */
  break: (reason: Error) => void
}

/** A flag that is set, as the first look is at how things are. `onClose` runs once, however it ends. */
export function createChangeSignal(onClose: () => void = () => undefined): ChangeSignal {
  let isSet = true
  let over: { reason?: Error } | null = null
  let waiting: PromiseWithResolvers<boolean> | null = null

  function settle(): void {
    if (!waiting || !(isSet || over)) return
    const { resolve, reject } = waiting
    waiting = null
    if (over?.reason) return reject(over.reason)
    isSet = false
    resolve(!over)
  }
  function end(how: { reason?: Error }): void {
    if (over) return
    over = how
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
