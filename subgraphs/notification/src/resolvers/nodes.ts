import type { NodeGetters } from '@tikitu/kit/graphql/nodes'
import type { Ctx } from '../context.ts'
import { getNotification } from '../domain/messages/list-notifications.ts'

/** How each node of this service is found as its caller may see it. */
export const nodes: NodeGetters<Ctx> = {
  Notification: getNotification,
}
