import { getNotification } from '../domain/messages/list-notifications.ts'
import { templateRulesOf, variablesOf } from '../domain/templates/template-rules.ts'
import type { NotificationResolvers, NotificationTemplateResolvers } from '../generated/resolvers.ts'

export const Notification: NotificationResolvers = {
  __resolveReference: ({ id }, ctx) => getNotification(ctx, id),
  user: ({ userId }) => (userId ? { id: userId } : null),
  address: ({ userId, recipient }) => (userId ? null : recipient),
  nextAttemptAt: ({ notBefore }) => notBefore,
  timeline: (message, _args, ctx) => ctx.load.stepsOfNotification.load(message.id),
}

export const NotificationTemplate: NotificationTemplateResolvers = {
  variables: ({ kind }) => variablesOf(kind),
  requiredVariables: ({ kind, channel }) => [...templateRulesOf(kind, channel).required],
}
