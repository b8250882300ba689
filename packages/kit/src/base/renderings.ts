import { setImmediate } from 'node:timers/promises'
import { createSharedWait, type SharedWait } from './shared-wait.ts'

export interface RenderingsOptions {
  /** What is kept in all; what was not asked for longest goes first. */
  maxBytes: number
  /** So many are made at once; others wait for their turn. */
  atOnce: number
}

/** Pictures and documents that take long to make, and are the same each time. */
export interface Renderings {
  /** What is kept by that key, or else is made: once, however many ask for it at once, and not to the end when all of them have gone. */
  get: (key: string, make: (signal: AbortSignal) => Promise<Buffer>, signal?: AbortSignal) => Promise<Buffer>
}

/** Keeps what was rendered. Nobody may change a buffer they were given. */
export function createRenderings({ maxBytes, atOnce }: RenderingsOptions): Renderings {
  const kept = createByteCache(maxBytes)
  const underway = new Map<string, { made: Promise<Buffer>; wait: SharedWait }>()
  const inTurn = createTurns(atOnce)
  const begin = (key: string, make: (signal: AbortSignal) => Promise<Buffer>) => {
    const wait = createSharedWait()
    const made = inTurn(async () => {
      try {
        // Lets pending aborts take effect.
        await setImmediate()
        wait.signal.throwIfAborted()
        const value = await make(wait.signal)
        kept.set(key, value)
        return value
      } finally {
        if (underway.get(key) === one) underway.delete(key)
      }
    })
    const one = { made, wait }
    underway.set(key, one)
    return one
  }
  return {
    get: async (key, make, signal) => {
      const known = kept.get(key)
      if (known) return known
      const running = underway.get(key)
      const one = running && !running.wait.signal.aborted ? running : begin(key, make)
      one.wait.join(signal)
      return await one.made
    },
  }
}

function createTurns(atOnce: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

function createByteCache(maxBytes: number) {
  const values = new Map<string, Buffer>()
  let bytes = 0
  return {
    get: (key: string): Buffer | undefined => {
      const value = values.get(key)
      if (value === undefined) return undefined
      values.delete(key)
      values.set(key, value)
      return value
    },
    set: (key: string, value: Buffer): void => {
      if (value.length > maxBytes || values.has(key)) return
      values.set(key, value)
      bytes += value.length
      for (const [oldest, { length }] of values) {
        if (bytes <= maxBytes) return
        values.delete(oldest)
        bytes -= length
      }
    },
  }
}
