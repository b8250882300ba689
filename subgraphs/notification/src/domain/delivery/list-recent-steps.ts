import type { Ctx } from '../../context.ts'
import type { NotificationStepRow } from '../../db/tables/notifications.ts'

const maxSteps = 100

/** The latest hundred status changes of a message, oldest first. A message that waits for days has more. */
export async function listRecentSteps(ctx: Ctx, notificationId: string): Promise<NotificationStepRow[]> {
  return (await ctx.load.stepsOfNotification.load(notificationId)).slice(-maxSteps)
}
