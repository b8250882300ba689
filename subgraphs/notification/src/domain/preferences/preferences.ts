import { isSelf, requireUser } from '@tikitu/kit/auth/viewer'
import { InvalidInput } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type Category, type Channel, categories, channels } from '../../db/columns.ts'
import { preferences, quietHours } from '../../db/tables/people.ts'
import { PreferenceLocked } from '../../errors.ts'
import { isLocked, isOnByDefault } from './is-wanted.ts'

export interface Choice {
  category: Category
  channel: Channel
  isEnabled: boolean
}

/** Everything a person chose or that holds without their choosing. Hours are `HH:MM`. */
export interface Preferences {
  choices: (Choice & { isLocked: boolean })[]
  quietHours: { start: string; end: string } | null
}

export interface UpdatePreferencesInput {
  choices?: readonly Choice[] | null
  /** Null takes them away, undefined keeps them. */
  quietHours?: { start: string; end: string } | null
}

/** That user's choice for every category and channel; null when the caller is somebody else. */
export async function getPreferences(ctx: Ctx, userId: string): Promise<Preferences | null> {
  return isSelf(ctx.viewer, userId) ? await readPreferences(ctx, userId) : null
}

async function readPreferences(ctx: Ctx, userId: string): Promise<Preferences> {
  const chosen = await ctx.db.select().from(preferences).where(eq(preferences.userId, userId))
  const [hours] = await ctx.db.select().from(quietHours).where(eq(quietHours.userId, userId))
  return {
    choices: categories.flatMap((category) =>
      channels.map((channel) => {
        const row = chosen.find((each) => each.category === category && each.channel === channel)
        const locked = isLocked(category, channel)
        return {
          category,
          channel,
          isLocked: locked,
          isEnabled: locked || (row?.isEnabled ?? isOnByDefault(channel)),
        }
      }),
    ),
    quietHours: hours ? { start: writeTime(hours.startMinute), end: writeTime(hours.endMinute) } : null,
  }
}

/** Changes all that is named, or nothing. @throws {PreferenceLocked | InvalidInput} */
export async function updatePreferences(ctx: Ctx, input: UpdatePreferencesInput): Promise<Preferences> {
  const { userId } = requireUser(ctx.viewer)
  const locked = input.choices?.find((choice) => !choice.isEnabled && isLocked(choice.category, choice.channel))
  if (locked) throw new PreferenceLocked(locked.category, locked.channel)
  return await inTransaction(ctx, async (tx) => {
    for (const choice of input.choices ?? []) await choose(tx, userId, choice)
    if (input.quietHours === null) await tx.db.delete(quietHours).where(eq(quietHours.userId, userId))
    if (input.quietHours) await chooseQuietHours(tx, userId, input.quietHours)
    return await readPreferences(tx, userId)
  })
}

async function choose(ctx: Ctx, userId: string, { category, channel, isEnabled }: Choice): Promise<void> {
  const changedAt = ctx.now()
  await ctx.db
    .insert(preferences)
    .values({ userId, category, channel, isEnabled, changedAt })
    .onConflictDoUpdate({
      target: [preferences.userId, preferences.category, preferences.channel],
      set: { isEnabled, changedAt },
    })
}

async function chooseQuietHours(ctx: Ctx, userId: string, hours: { start: string; end: string }): Promise<void> {
  const startMinute = readTime('quietHours.start', hours.start)
  const endMinute = readTime('quietHours.end', hours.end)
  if (startMinute === endMinute) {
    throw new InvalidInput([{ field: 'quietHours.end', message: 'must not be the same as start' }])
  }
  const set = { startMinute, endMinute, changedAt: ctx.now() }
  await ctx.db
    .insert(quietHours)
    .values({ userId, ...set })
    .onConflictDoUpdate({ target: quietHours.userId, set })
}

function readTime(field: string, text: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text)
  if (!match) throw new InvalidInput([{ field, message: 'must be a time of day, such as 22:00' }])
  return Number(match[1]) * 60 + Number(match[2])
}

function writeTime(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}
