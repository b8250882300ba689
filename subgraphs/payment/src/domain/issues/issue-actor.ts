import { isId } from '@tikitu/kit/base/ids'
import type { Ctx } from '../../context.ts'

/** The acting user's id, or the service itself. */
export function actorOf(ctx: Ctx): string {
  return ctx.viewer.kind === 'user' ? ctx.viewer.userId : 'service:payment'
}

/** The user behind an actor; null for a service. */
export function userOf(actor: string): { id: string } | null {
  return isId('usr', actor) ? { id: actor } : null
}
