/** What is heard of somebody's going; an AbortSignal, or what is as much of one. */
type OwnSignal = Pick<AbortSignal, 'aborted'> & { addEventListener: (type: 'abort', listener: () => void) => void }

/** Work that several may wait for. */
export interface SharedWait {
  /** Aborted once all who waited have gone. */
  signal: AbortSignal
  /** One more waits, until their own signal is aborted. Whoever has none never goes. */
  join: (own: OwnSignal | undefined) => void
}

/** Nobody's going may end what somebody else waits for. */
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
