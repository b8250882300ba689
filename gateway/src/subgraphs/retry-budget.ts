/** The retries that are left. Each request earns a part of one, so an outage never multiplies the load. */
export interface RetryBudget {
  earn: () => void
  /** Takes one retry; false when none is left. */
  spend: () => boolean
}

/** Creates a full budget of `most` retries that earns `share` of a retry with every request. */
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
