/** When callers last made a change. */
export interface LastWrites {
  record: (caller: string) => number
  /** When the caller last made a change that cached entries may not show yet; 0 when there is none. */
  lastOf: (caller: string) => number
}

const maxCallers = 100_000

/** Remembers changes as long as entries live. With too many callers the oldest are forgotten; unknown callers then count as one of those. */
export function createLastWrites({ keptMs, now }: { keptMs: number; now: () => number }): LastWrites {
  const changes = new Map<string, number>()
  let forgotten = 0
  const forget = (): void => {
    const oldest = now() - keptMs
    for (const [caller, at] of changes) {
      if (at >= oldest && changes.size <= maxCallers) return
      if (at >= oldest) forgotten = at
      changes.delete(caller)
    }
  }
  return {
    record: (caller) => {
      const at = now()
      changes.delete(caller)
      changes.set(caller, at)
      forget()
      return at
    },
    lastOf: (caller) => changes.get(caller) ?? forgotten,
  }
}
