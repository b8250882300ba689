import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type AccountStatus, accountStatuses } from '../auth/admission.ts'
import { staffRoles } from '../auth/viewer.ts'
import type { BaseCtx } from '../context/context.ts'
import type { CloudEvent, EventRegistry } from '../messaging/cloud-event.ts'
import type { EventHandlers } from '../messaging/inbox.ts'

/** The notification channel for changed rights; the payload is the user id. */
export const accessChannel = 'tikitu_access'

/** The state of an account, from the user service. */
export interface AccountChange {
  userId: string
  version: number
  status: AccountStatus
}

const accountChange = z.object({ userId: z.string(), version: z.int(), status: z.enum(accountStatuses) })
const staffChange = z.object({ userId: z.string(), version: z.int(), role: z.enum(staffRoles).nullable() })

/** A staff membership, from the admin service. */
export type StaffChange = z.infer<typeof staffChange>

/** Stores the state of an account unless a newer version is known. Takes effect in every process at commit. */
export async function applyAccountStatus(ctx: BaseCtx, { userId, version, status }: AccountChange): Promise<void> {
  const now = ctx.now().toISOString()
  await ctx.db.execute(sql`
    /* access.applyAccountStatus */
    with kept as (
      insert into access_subjects as subject (user_id, account_status, account_version, changed_at)
      values (${userId}, ${status}, ${version}, case when ${status}::text <> 'ACTIVE' then ${now}::timestamptz end)
      on conflict (user_id) do update set account_status = excluded.account_status, account_version = excluded.account_version,
        changed_at = case when subject.account_status <> excluded.account_status then ${now}::timestamptz else subject.changed_at end
      where subject.account_version < excluded.account_version
      returning user_id, changed_at
    )
    select pg_notify(${accessChannel}, user_id) from kept where changed_at is not null`)
}

/** Stores a staff membership unless a newer version is known. Takes effect in every process at commit. */
export async function applyStaffRole(ctx: BaseCtx, { userId, version, role }: StaffChange): Promise<void> {
  const now = ctx.now().toISOString()
  await ctx.db.execute(sql`
    /* access.applyStaffRole */
    with kept as (
      insert into access_subjects as subject (user_id, staff_role, staff_version, changed_at)
      values (${userId}, ${role}, ${version}, ${now}::timestamptz)
      on conflict (user_id) do update set staff_role = excluded.staff_role, staff_version = excluded.staff_version,
        changed_at = excluded.changed_at
      where subject.staff_version < excluded.staff_version
      returning user_id
    )
    select pg_notify(${accessChannel}, user_id) from kept`)
}

/** The events about rights. Every service consumes them. */
const accessEvents: Readonly<Record<string, (ctx: BaseCtx, data: unknown) => Promise<void>>> = {
  'user.changed': (ctx, data) => applyAccountStatus(ctx, accountChange.parse(data)),
  'admin.staffChanged': (ctx, data) => applyStaffRole(ctx, staffChange.parse(data)),
}

/**
 * A service's event handlers preceded by those that store rights. A service does not consume its own events, so it stores the rights
 * that it decides itself.
 */
export function withAccessHandlers<R extends EventRegistry, C extends BaseCtx>(
  service: string,
  handlers: EventHandlers<R, C>,
): EventHandlers<R, C> {
  const own = handlers as Handlers<C>
  const others = Object.entries(accessEvents).filter(([name]) => !name.startsWith(`${service}.`))
  const keeping = others.map(([name, keep]): [string, Handler<C>] => [
    name,
    async (ctx, data, event) => {
      await keep(ctx, data)
      await own[name]?.(ctx, data, event)
    },
  ])
  return { ...own, ...Object.fromEntries(keeping) } as EventHandlers<R, C>
}

type Handler<C> = (ctx: C, data: never, event: CloudEvent) => Promise<void>
type Handlers<C> = Readonly<Record<string, Handler<C> | undefined>>
