import { requireStaff, requireUser } from '@tikitu/kit/auth/viewer'
import { canonicalJson } from '@tikitu/kit/base/canonical-json'
import { type FieldProblem, InvalidInput } from '@tikitu/kit/base/errors'
import { isId } from '@tikitu/kit/base/ids'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { requireSwitchedOn } from '@tikitu/kit/context/settings'
import type { ServiceFlag } from '@tikitu/schema/flags'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { Category, Channel } from '../../db/columns.ts'
import { notifications } from '../../db/tables/notifications.ts'
import { audit } from '../../emit.ts'
import { notify } from '../announcements/notify.ts'
import { isTransactional } from '../preferences/is-wanted.ts'

export interface SendNotificationInput {
  userIds: readonly string[]
  texts: readonly { locale: string; title: string; body: string }[]
  category: Category
  channels: readonly Channel[]
  link?: string | null
  idempotencyKey?: string | null
}

/** The messages that one call of staff made: one per user and channel. */
export interface NotificationBatch {
  cause: string
  queued: number
}

const announcements = 'announcements' satisfies ServiceFlag
const maxUsers = 1_000
const maxTitleLength = 150
const maxBodyLength = 5_000

/** Puts a message in staff's own words in line, for each of the users over each of the channels. @throws {InvalidInput | InvalidState} */
export async function sendNotification(ctx: Ctx, input: SendNotificationInput): Promise<NotificationBatch> {
  const problems = problemsOf(input)
  if (problems.length > 0) throw new InvalidInput(problems)
  const subject = { id: requireUser(ctx.viewer).userId }
  await requireSwitchedOn(ctx, { key: announcements, subject, what: 'Sending announcements' })
  const { id: cause } = await idempotent(
    ctx,
    { operation: 'sendNotification', input },
    {
      authorize: async (tx) => requireStaff(tx.viewer, 'SUPPORT'),
      act: (tx) => send(tx, input),
      load: async (_tx, id) => ({ id }),
    },
  )
  const [row] = await ctx.db
    .select({ queued: sql<number>`count(*)::integer` })
    .from(notifications)
    .where(eq(notifications.cause, cause))
  return { cause, queued: row?.queued ?? 0 }
}

async function send(ctx: Ctx, input: SendNotificationInput): Promise<{ id: string }> {
  const { userIds, texts, category, channels, link } = input
  const cause = `sendNotification:${ctx.newId('snd')}`
  await notify(ctx, {
    kind: 'CUSTOM',
    cause,
    to: userIds.map((userId) => ({ userId })),
    data: { texts: [...texts], link: link ?? null },
    channels: [...new Set(channels)],
    category,
  })
  await audit(ctx, {
    action: 'sendNotification',
    subjectType: 'Notification',
    subjectId: cause,
    partnerId: null,
    reason: null,
    changes: { category, channels, users: userIds.length, title: texts[0]?.title, texts: canonicalJson(texts) },
  })
  return { id: cause }
}

function problemsOf({ userIds, texts, category, channels, link }: SendNotificationInput): FieldProblem[] {
  const checks: [boolean, string, string][] = [
    [userIds.length === 0 || userIds.length > maxUsers, 'userIds', `must name 1 to ${maxUsers} users`],
    [userIds.some((id) => !isId('usr', id)), 'userIds', 'must be user ids (usr_…)'],
    [new Set(userIds).size < userIds.length, 'userIds', 'must name each user once'],
    [texts.length === 0 || texts.length > 20, 'texts', 'must have 1 to 20 languages'],
    [new Set(texts.map((text) => text.locale)).size < texts.length, 'texts', 'must name each locale once'],
    [
      texts.some(({ title }) => isOutside(title, maxTitleLength)),
      'texts',
      `titles must have 1 to ${maxTitleLength} characters`,
    ],
    [
      texts.some(({ body }) => isOutside(body, maxBodyLength)),
      'texts',
      `bodies must have 1 to ${maxBodyLength} characters`,
    ],
    [isTransactional(category), 'category', 'must be ANNOUNCEMENTS or MARKETING'],
    [channels.length === 0, 'channels', 'must name at least one channel'],
    [Boolean(link && !/^\/(?!\/)\S*$/.test(link)), 'link', 'must be a path in the web app that starts with a single /'],
  ]
  return checks.filter(([isWrong]) => isWrong).map(([, field, message]) => ({ field, message }))
}

function isOutside(text: string, max: number): boolean {
  return !text.trim() || text.length > max
}
