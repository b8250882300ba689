import { type CloudEvent, eventName, eventSource } from '@tikitu/kit/messaging/cloud-event'
import type { Events, Payload } from '@tikitu/schema/events/registry'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { knownUsers } from '../../db/tables.ts'
import { countFigures } from '../dashboard/count-figures.ts'
import { applyPaymentIssue } from '../dashboard/payment-issue-figures.ts'
import { platform, recordAudit } from './record-audit.ts'

type Data = Record<string, unknown>

/** Writes what a service says happened into the audit log, and counts it. Called once per event. */
export async function applyEvent(ctx: Ctx, data: Data, event: CloudEvent): Promise<void> {
  const name = eventName(event.type) as keyof Events
  const isAudited = name.endsWith('.audited')
  const fact = isAudited ? auditedFact(data as Payload<'booking.audited'>) : plainFact(name, data, event)
  await recordAudit(ctx, {
    ...fact,
    eventId: event.id,
    service: eventSource(event),
    actor: event.actor,
    requestId: event.requestid,
    occurredAt: new Date(event.time),
  })
  if (!isAudited) await countFigures(ctx, { name, data, day: event.time.slice(0, 10) })
  if (name === 'payment.issueChanged') await applyPaymentIssue(ctx, data as Payload<'payment.issueChanged'>)
  if (name === 'user.changed') await applyUser(ctx, data as Payload<'user.changed'>)
}

/** What a service recorded of a staff or partner mutation, as it recorded it. */
function auditedFact(data: Payload<'booking.audited'>) {
  const { action, subjectType, subjectId, partnerId, reason, changes } = data
  return { tenant: partnerId ?? platform, action, subjectType, subjectId, reason, changes }
}

/** Any other event, without what identifies a person: the log outlives the person's wish to be forgotten. */
function plainFact(name: string, data: Data, event: CloudEvent) {
  return {
    tenant: typeof data['partnerId'] === 'string' ? data['partnerId'] : platform,
    action: name,
    subjectType: subjectTypeOf(name),
    subjectId: event.subject,
    reason: typeof data['reason'] === 'string' ? data['reason'] : null,
    changes: withoutPersonalData(data),
  }
}

const personal = new Set(['email', 'phone', 'name', 'attendeeName', 'error'])

function withoutPersonalData(value: Data): Data {
  return Object.fromEntries(Object.entries(value).filter(([field]) => !personal.has(field)))
}

function subjectTypeOf(name: string): string {
  const service = name.split('.')[0] ?? name
  return service.charAt(0).toUpperCase() + service.slice(1)
}

async function applyUser(ctx: Ctx, { userId, version, status }: Payload<'user.changed'>): Promise<void> {
  await ctx.db
    .insert(knownUsers)
    .values({ userId, version, status })
    .onConflictDoUpdate({
      target: knownUsers.userId,
      set: { version, status },
      setWhere: sql`${knownUsers.version} < ${version}`,
    })
}
