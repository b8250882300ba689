import { setTimeout as pause } from 'node:timers/promises'

/** Long, since event delivery is slow on a busy machine. */
const timeoutMs = 180_000
const intervalMs = 150

/**
 * Calls `read` until it returns a value, and returns that: events reach other services with a delay.
 * @throws what `read` throws, and after three minutes
 */
export async function waitFor<T>(what: string, read: () => Promise<T | null | undefined | false>): Promise<T> {
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline) {
    const value = await read()
    if (value) return value
    await pause(intervalMs)
  }
  throw new Error(`Timed out after ${timeoutMs / 1000} s: ${what}.`)
}
