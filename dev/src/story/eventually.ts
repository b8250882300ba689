import { setTimeout as pause } from 'node:timers/promises'

/** Long: on a busy machine facts travel slowly. */
const patienceMs = 180_000
const intervalMs = 150

/**
 * The first answer of `ask` that is something. Facts travel between services as events, so what one service did
 * is known to another a moment later. @throws what `ask` throws, and when nothing came in three minutes
 */
export async function eventually<T>(what: string, ask: () => Promise<T | null | undefined | false>): Promise<T> {
  const deadline = Date.now() + patienceMs
  while (Date.now() < deadline) {
    const answer = await ask()
    if (answer) return answer
    await pause(intervalMs)
  }
  throw new Error(`Waited ${patienceMs / 1000} s in vain: ${what}.`)
}
