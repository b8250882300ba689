import { applyConfigChange, applyFlagChange } from '@tikitu/kit/context/settings'
import type { EventHandlers } from '@tikitu/kit/messaging/inbox'
import type { Events } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'
import { applyPartnerTeam } from './domain/projections/apply-partner-team.ts'
import { applyStaffMember } from './domain/projections/apply-staff-member.ts'

/** What user does on the facts of others. */
export const handlers: EventHandlers<Events, Ctx> = {
  'admin.configChanged': applyConfigChange,
  'admin.flagChanged': applyFlagChange,
  'admin.staffChanged': applyStaffMember,
  'partner.changed': applyPartnerTeam,
}
