import { requireUser } from '@tikitu/kit/auth/viewer'
import { getNotification, listNotifications } from '../domain/messages/list-notifications.ts'
import { listSuppressions } from '../domain/preferences/suppressions.ts'
import { listTemplates, previewTemplate } from '../domain/templates/templates.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  me: (_parent, _args, ctx) => ({ id: requireUser(ctx.viewer).userId }),
  notification: (_parent, { id }, ctx) => getNotification(ctx, id),
  notifications: (_parent, args, ctx) => listNotifications(ctx, args),
  notificationTemplates: (_parent, { filter }, ctx) =>
    listTemplates(ctx, {
      kind: filter?.kind ?? undefined,
      channel: filter?.channel ?? undefined,
      locale: filter?.locale ?? undefined,
    }),
  previewNotificationTemplate: (_parent, { input }, ctx) => previewTemplate(ctx, input),
  suppressedAddresses: (_parent, args, ctx) => listSuppressions(ctx, args),
}
