import { onTestFinished, vi } from 'vitest'

/** Lets timers pass two hundred times as fast as they would, until the test ends. What comes over the network takes its time. */
export function fastForward(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const ticking = setInterval(() => vi.advanceTimersByTime(1_000), 5)
  onTestFinished(() => {
    clearInterval(ticking)
    vi.useRealTimers()
  })
}
