import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { Status } from '../../db/columns.ts'

/** Writes down that these messages have come to that state. */
export async function recordTimeline(
  ctx: Ctx,
  messages: readonly { id: string }[],
  step: Status | { status: Status; detail: string | null },
): Promise<void> {
  if (messages.length === 0) return
  const { status, detail } = typeof step === 'string' ? { status: step, detail: null } : step
  const ids = JSON.stringify(messages.map((message) => message.id))
  await ctx.db.execute(sql`
    /* notification.recordTimeline */
    insert into notification_steps (notification_id, status, detail, at)
    select id, ${status}::text, ${detail}::text, ${ctx.now().toISOString()}::timestamptz
    from json_array_elements_text(${ids}::json) as id`)
}
