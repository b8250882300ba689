import type { Ctx } from '../../context.ts'

/** The acting user's id, or the service itself. */
export function actorOf(ctx: Ctx): string {
  return ctx.viewer.kind === 'user' ? ctx.viewer.userId : 'service:payment'
}
