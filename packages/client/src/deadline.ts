/** A signal that aborts after a time, or with the caller's. */
export interface Deadline {
  signal: AbortSignal
  hasPassed: () => boolean
  /** Call it to release the timer. */
  end: () => void
}

/** As `AbortSignal.any` and `AbortSignal.timeout` would make it: React Native has neither. */
export function startDeadline(ms: number, caller?: AbortSignal): Deadline {
  const control = new AbortController()
  let isOver = false
  const abort = (): void => control.abort()
  const timer = setTimeout(() => {
    isOver = true
    abort()
  }, ms)
  if (caller?.aborted) abort()
  caller?.addEventListener('abort', abort)
  return {
    signal: control.signal,
    hasPassed: () => isOver,
    end: () => {
      clearTimeout(timer)
      caller?.removeEventListener('abort', abort)
    },
  }
}

/** What `fetch` would reject with: the signal's reason. Older runtimes keep none. */
export function abortReason(signal: AbortSignal): unknown {
  return signal.reason ?? Object.assign(new Error('This operation was aborted'), { name: 'AbortError' })
}
