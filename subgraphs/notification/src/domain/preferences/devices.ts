import { isSelf, requireUser } from '@tikitu/kit/auth/viewer'
import { InvalidInput, NotFound } from '@tikitu/kit/base/errors'
import { and, desc, eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type DeviceRow, devices } from '../../db/tables/people.ts'

export interface RegisterDeviceInput {
  platform: DeviceRow['platform']
  token: string
  name?: string | null
}

const maxTokenLength = 4_096
const maxNameLength = 100
const maxDevices = 20

/** That user's devices, most recently seen first; null when the caller is somebody else. */
export async function listDevices(ctx: Ctx, userId: string): Promise<DeviceRow[] | null> {
  if (!isSelf(ctx.viewer, userId)) return null
  return await ctx.db.select().from(devices).where(eq(devices.userId, userId)).orderBy(desc(devices.lastSeenAt))
}

/**
 * Makes the device the caller's. A token that somebody else used goes over to the caller, so that nobody's messages are shown
 * to whoever signs in after them. Of more than twenty the one that was not seen for longest is forgotten. @throws {InvalidInput}
 */
export async function registerDevice(ctx: Ctx, input: RegisterDeviceInput): Promise<DeviceRow> {
  const { userId } = requireUser(ctx.viewer)
  const { platform, token } = input
  const name = input.name ?? null
  if (!token.trim() || token.length > maxTokenLength) {
    throw new InvalidInput([{ field: 'token', message: `must have 1 to ${maxTokenLength} characters` }])
  }
  if (name && name.length > maxNameLength) {
    throw new InvalidInput([{ field: 'name', message: `must not be longer than ${maxNameLength} characters` }])
  }
  const device = await saveDevice(ctx, { userId, platform, token, name })
  await forgetOldDevices(ctx, userId)
  return device
}

async function saveDevice(
  ctx: Ctx,
  { userId, platform, token, name }: Pick<DeviceRow, 'userId' | 'platform' | 'token' | 'name'>,
): Promise<DeviceRow> {
  const now = ctx.now()
  const [device] = await ctx.db
    .insert(devices)
    .values({ id: ctx.newId('dev'), userId, platform, token, name, createdAt: now, lastSeenAt: now })
    .onConflictDoUpdate({
      target: devices.token,
      set: {
        userId,
        platform,
        name,
        lastSeenAt: now,
        disabledAt: null,
        // SNS keeps an endpoint switched off once the platform refused it: without its name it is switched on again.
        endpointArn: sql`case when ${devices.disabledAt} is null then ${devices.endpointArn} end`,
      },
    })
    .returning()
  return device as DeviceRow
}

/** Nobody carries more: apps that are installed anew get a new token, and nobody takes the old one away. */
async function forgetOldDevices(ctx: Ctx, userId: string): Promise<void> {
  await ctx.db.execute(sql`
    /* notification.forgetOldDevices */
    delete from ${devices} where ${devices.id} in (
      select ${devices.id} from ${devices} where ${devices.userId} = ${userId}
      order by ${devices.lastSeenAt} desc, ${devices.id} desc offset ${maxDevices}
    )`)
}

/** Takes one of the caller's devices away. @throws {NotFound} */
export async function removeDevice(ctx: Ctx, id: string): Promise<{ deletedId: string }> {
  const { userId } = requireUser(ctx.viewer)
  const [removed] = await ctx.db
    .delete(devices)
    .where(and(eq(devices.id, id), eq(devices.userId, userId)))
    .returning({ deletedId: devices.id })
  if (!removed) throw new NotFound('device', id)
  return removed
}
