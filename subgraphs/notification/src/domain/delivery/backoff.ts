/** How often a message is tried before it is a dead letter: over most of a day. */
export const maxAttempts = 8

/** How long a message waits for what must be known of its recipient. */
export const maxRetryDays = 3

const pausesSeconds = [30, 120, 600, 1_800, 3_600, 7_200, 21_600]

/** When to try again after that many tries. A tenth of chance in it, so that what failed together does not return together. */
export function pauseAfter(attempts: number, now: Date): Date {
  const seconds = pausesSeconds[Math.min(attempts, pausesSeconds.length) - 1] ?? 30
  return new Date(now.getTime() + seconds * 1_000 * (1 + Math.random() / 10))
}

/** When to look again for what is not known yet: soon at first, as the news is usually on its way. */
export function factsRetryDelay(now: Date, ageMs: number): Date {
  return new Date(now.getTime() + Math.min(Math.max(ageMs, 10_000), 15 * 60_000))
}
