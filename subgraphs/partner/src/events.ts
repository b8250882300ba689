import { applyConfigChange, applyFlagChange } from '@tikitu/kit/context/settings'
import type { EventHandlers } from '@tikitu/kit/messaging/inbox'
import type { Events } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'
import { applyUser } from './domain/members/apply-user.ts'

/** Handlers of other services' events. */
export const handlers: EventHandlers<Events, Ctx> = {
  'admin.configChanged': applyConfigChange,
  'admin.flagChanged': applyFlagChange,
  'user.changed': applyUser,
}
