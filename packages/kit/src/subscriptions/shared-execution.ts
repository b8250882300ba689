import type { BaseCtx } from '../context/context.ts'
import { watchReads } from '../context/watch-reads.ts'

/** The result of an operation on an event: its text, and whether it is the last one. */
export interface EventResult {
  text: string
  isLast: boolean
}

/** Results of shared events, by operation; kept as long as the event. */
const shared = new WeakMap<object, Map<string, Promise<(EventResult & { isShareable: boolean }) | null>>>()

/** Maximum number of operations per event. */
const maxOperations = 100

/** Marks an event of several subscriptions: the result of an operation on it can be shared. */
export function markShared<E extends object>(event: E): E {
  shared.set(event, new Map())
  return event
}

/**
 * Executes an operation on an event, or reuses the result of an identical operation on a shared event, provided that it had no
 * errors and read neither the caller nor their languages.
 */
export async function executeOnce<C extends BaseCtx>(
  { event, operation, createCtx }: { event: unknown; operation: string; createCtx: () => C },
  run: (ctx: C) => Promise<EventResult & { hasErrors: boolean }>,
): Promise<EventResult> {
  const known = typeof event === 'object' && event !== null ? shared.get(event) : undefined
  if (!known) return await run(createCtx())
  const before = known.get(operation)
  const earlier = before && (await before)
  if (earlier?.isShareable) return earlier
  const ctx = createCtx()
  const wasCallerRead = watchReads<BaseCtx>(ctx, ['viewer', 'acceptLanguage'])
  const result = run(ctx).then((own) => ({ ...own, isShareable: !own.hasErrors && !wasCallerRead() }))
  // Set synchronously, so that concurrent callers wait for this one. After a failure each tries itself.
  const shareable = result.catch(() => null)
  if (!before && known.size < maxOperations) known.set(operation, shareable)
  return await result
}
