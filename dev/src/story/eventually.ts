import { setTimeout as pause } from 'node:timers/promises'

const patienceMs = 30_000
const intervalMs = 150

/**
 * The first answer of `ask` that is something. Facts travel between services as events, so what one service did
 * is known to another a moment later. @throws when nothing came in thirty seconds, with what was waited for
 */
export async function eventually<T>(what: string, ask: () => Promise<T | null | undefined | false>): Promise<T> {
  const deadline = Date.now() + patienceMs
  let last: unknown
  while (Date.now() < deadline) {
    try {
      const answer = await ask()
      if (answer) return answer
      last = undefined
    } catch (error) {
      last = error
    }
    await pause(intervalMs)
  }
  throw new Error(`Waited ${patienceMs / 1000} s in vain: ${what}.`, { cause: last })
}
