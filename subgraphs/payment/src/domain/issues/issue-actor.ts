import type { Ctx } from '../../context.ts'

/** Who acts: a person's id, or the service itself. */
export function actorOf(ctx: Ctx): string {
  return ctx.viewer.kind === 'user' ? ctx.viewer.userId : 'service:payment'
}
