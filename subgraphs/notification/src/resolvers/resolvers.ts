import type { Resolvers } from '../generated/resolvers.ts'
import { Mutation } from './Mutation.ts'
import { Notification, NotificationTemplate, PreviewNotificationTemplateResult } from './Notification.ts'
import { Query } from './Query.ts'
import { Device, InboxConnection, InboxMessage, User } from './User.ts'

/** Every resolver of the notification subgraph, by type. */
export const resolvers: Resolvers = {
  Device,
  InboxConnection,
  InboxMessage,
  Mutation,
  Notification,
  NotificationTemplate,
  PreviewNotificationTemplateResult,
  Query,
  User,
}
