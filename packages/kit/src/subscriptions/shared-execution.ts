import type { BaseCtx } from '../context/context.ts'
import { watchReads } from '../context/watch-reads.ts'

/** An event as it is told: its text, and whether it is the last. */
export interface EventResult {
  text: string
  isLast: boolean
}

/** What was made of events that are the same for everybody, by operation: as long as the event is there. */
const shared = new WeakMap<object, Map<string, Promise<(EventResult & { isShareable: boolean }) | null>>>()

/** Limit per event. */
const maxOperations = 100

/** Marks an event that several subscriptions are given: what one makes of it may do for all that ask the same about it. */
export function markShared<E extends object>(event: E): E {
  shared.set(event, new Map())
  return event
}

/**
 * Runs an operation on an event, or takes what another has made of it: when the event is for all, the operation is the same to
 * the letter, nothing failed, and nothing asked who the caller is, or which languages they read.
 */
export async function executeOnce<C extends BaseCtx>(
  { event, operation, createCtx }: { event: unknown; operation: string; createCtx: () => C },
  run: (ctx: C) => Promise<EventResult & { hasErrors: boolean }>,
): Promise<EventResult> {
  const known = typeof event === 'object' && event !== null ? shared.get(event) : undefined
  if (!known) return await run(createCtx())
  const before = known.get(operation)
  const told = before && (await before)
  if (told?.isShareable) return told
  const ctx = createCtx()
  const wasCallerRead = watchReads<BaseCtx>(ctx, ['viewer', 'acceptLanguage'])
  const made = run(ctx).then((made) => ({ ...made, isShareable: !made.hasErrors && !wasCallerRead() }))
  // Set before anything is waited for: those who come meanwhile wait for this one. What failed is for each to try.
  const kept = made.catch(() => null)
  if (!before && known.size < maxOperations) known.set(operation, kept)
  return await made
}
