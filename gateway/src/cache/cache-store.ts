/** An answer, or a part of one, that is the same for everybody. */
export interface Kept {
  /** As JSON. */
  text: string
  /** When it was asked for, in milliseconds: what changed later is not in it. */
  askedAt: number
  /** When it is too old. */
  until: number
}

/** What a store has for some keys. */
export interface Looked {
  /** At each key's place what is kept by it. It may be too old. */
  kept: readonly (Kept | undefined)[]
  /** When the caller last changed something, as far as other gateways told; 0 when they did not. */
  changedAt: number
}

/** Where answers are kept. One that cannot be reached is one that has nothing. */
export interface AnswerStore {
  /** Never fails. `caller` is null for whoever cannot change anything. */
  look: (keys: readonly string[], caller: string | null) => Looked | Promise<Looked>
  keep: (entries: readonly (readonly [key: string, kept: Kept])[]) => void
  /** Tells other gateways that the caller has changed something. Never fails. */
  noteChange: (caller: string, at: number) => Promise<void> | undefined
  close: () => void
}
