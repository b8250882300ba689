/** Who changed something when. */
export interface LastWrites {
  record: (caller: string) => number
  /** When the caller last changed something that may still be kept as it was; 0 when they did not. */
  lastOf: (caller: string) => number
}

const maxCallers = 100_000

/** Remembers changes for as long as answers are kept. When there are too many callers, all others count as the forgotten ones. */
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
