/** An observable value. Watchers get the current value when they read, and no value twice. */
export interface Feed<T> {
  set: (value: T) => void
  /** Completes all watches. */
  finish: () => void
  /** The current value, then each change. */
  watch: () => AsyncGenerator<T>
  watchers: () => number
  /** The number of reads. */
  reads: () => number
}

/** A feed with an initial value. */
export function createFeed<T>(first: T): Feed<T> {
  let value = first
  let version = 0
  let isOver = false
  let reads = 0
  const wakes = new Set<() => void>()
  const wake = (): void => {
    for (const each of wakes) each()
  }
  return {
    set: (next) => {
      value = next
      version++
      wake()
    },
    finish: () => {
      isOver = true
      wake()
    },
    reads: () => reads,
    watchers: () => wakes.size,
    watch: () => watch(),
  }

  function watch(): AsyncGenerator<T> {
    let seen = -1
    let isLeft = false
    let wakeUp: () => void = () => undefined
    const own = (): void => wakeUp()
    wakes.add(own)
    const end = async () => {
      isLeft = true
      wakes.delete(own)
      wakeUp()
      return { done: true as const, value: undefined }
    }
    const generator = {
      next: async () => {
        while (seen === version && !isOver && !isLeft) {
          await new Promise<void>((resolve) => {
            wakeUp = resolve
          })
        }
        if (isLeft || (isOver && seen === version)) return await end()
        seen = version
        reads++
        return { done: false as const, value }
      },
      return: end,
      throw: end,
      [Symbol.asyncIterator]: () => generator,
      [Symbol.asyncDispose]: async () => void (await end()),
    }
    return generator as AsyncGenerator<T>
  }
}
