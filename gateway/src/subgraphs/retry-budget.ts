/** Retries that are left: each request earns a part of one, so an outage is never answered with many times the load. */
export interface RetryBudget {
  earn: () => void
  /** Takes one; false when none is left. */
  spend: () => boolean
}

/** A budget that earns `share` of a retry with every request, and holds `most`. It begins full. */
export function createRetryBudget({ share, most: max }: { share: number; most: number }): RetryBudget {
  let left = max
  return {
    earn: () => {
      left = Math.min(max, left + share)
    },
    spend: () => {
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
