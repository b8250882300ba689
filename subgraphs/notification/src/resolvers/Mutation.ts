import { archiveInbox, markInboxRead, markInboxSeen } from '../domain/inbox/mark-inbox.ts'
import { resendNotification } from '../domain/messages/resend-notification.ts'
import { sendNotification } from '../domain/messages/send-notification.ts'
import { registerDevice, removeDevice } from '../domain/preferences/devices.ts'
import { updatePreferences } from '../domain/preferences/preferences.ts'
import { liftSuppression, suppressAddress } from '../domain/preferences/suppressions.ts'
import { updateTemplate } from '../domain/templates/templates.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'

export const Mutation: MutationResolvers = {
  markInboxSeen: (_parent, { input }, ctx) => markInboxSeen(ctx, input),
  markInboxRead: (_parent, { input }, ctx) => markInboxRead(ctx, input),
  archiveInbox: (_parent, { input }, ctx) => archiveInbox(ctx, input),
  updateNotificationPreferences: (_parent, { input }, ctx) => updatePreferences(ctx, input),
  registerDevice: (_parent, { input }, ctx) => registerDevice(ctx, input),
  removeDevice: (_parent, { input }, ctx) => removeDevice(ctx, input.id),
  sendNotification: (_parent, { input }, ctx) => sendNotification(ctx, input),
  resendNotification: (_parent, { input }, ctx) => resendNotification(ctx, input),
  updateNotificationTemplate: (_parent, { input }, ctx) => updateTemplate(ctx, input),
  suppressAddress: (_parent, { input }, ctx) => suppressAddress(ctx, input),
  liftSuppression: (_parent, { input }, ctx) => liftSuppression(ctx, input),
}
