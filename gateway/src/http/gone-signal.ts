/** What those who work for a client hear of its going. Every AbortSignal is one. */
export interface GoneSignal {
  readonly aborted: boolean
  addEventListener: (type: 'abort', listener: () => void) => void
  removeEventListener: (type: 'abort', listener: () => void) => void
}

/** A signal and its end. An AbortController does the same for anybody; for each request it costs as much as a fetch's headers. */
export function createGoneSignal(): { signal: GoneSignal; abort: () => void } {
  const listeners: (() => void)[] = []
  const signal = {
    aborted: false,
    addEventListener: (_type: 'abort', listener: () => void): void => void listeners.push(listener),
    removeEventListener: (_type: 'abort', listener: () => void): void => {
      const at = listeners.indexOf(listener)
      if (at !== -1) listeners.splice(at, 1)
    },
  }
  const abort = (): void => {
    signal.aborted = true
    for (const listener of listeners.splice(0)) listener()
  }
  return { signal, abort }
}
