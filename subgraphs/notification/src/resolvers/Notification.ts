import { listRecentSteps } from '../domain/delivery/list-recent-steps.ts'
import { getNotification } from '../domain/messages/list-notifications.ts'
import { templateRulesOf, variablesOf } from '../domain/templates/template-rules.ts'
import type {
  NotificationResolvers,
  NotificationTemplateResolvers,
  PreviewNotificationTemplateResultResolvers,
} from '../generated/resolvers.ts'

export const Notification: NotificationResolvers = {
  __resolveReference: ({ id }, ctx) => getNotification(ctx, id),
  user: ({ userId }) => (userId ? { id: userId } : null),
  address: ({ userId, recipient }) => (userId ? null : recipient),
  nextAttemptAt: ({ notBefore }) => notBefore,
  timeline: ({ id }, _args, ctx) => listRecentSteps(ctx, id),
}

export const NotificationTemplate: NotificationTemplateResolvers = {
  variables: ({ kind }) => variablesOf(kind),
  requiredVariables: ({ kind, channel }) => [...templateRulesOf(kind, channel).required],
}

export const PreviewNotificationTemplateResult: PreviewNotificationTemplateResultResolvers = {
  __resolveType: (result) => ('problems' in result ? 'TemplateProblems' : 'NotificationPreview'),
}
