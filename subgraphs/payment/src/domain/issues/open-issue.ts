import type { Money } from '@tikitu/kit/base/money'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type IssueRow, paymentIssues } from '../../db/tables/issues.ts'
import type { PaymentRow } from '../../db/tables/payments.ts'
import { changeIssue, countOpen, publishIssueChanged, recordStep } from './change-issue.ts'

/** The facts of a new issue. */
export interface IssueFacts {
  kind: IssueRow['kind']
  /** What it is about. The same key is the same issue. */
  key: string
  /** The payment, locked by the caller's transaction; null when it is unknown. */
  payment: PaymentRow | null
  provider: string
  /** The amount in question. */
  amount: Money
  expected?: Money | null
  received?: Money | null
  suspenseMinor?: number
  refundId?: string | null
  webhookId?: string | null
  note?: string | null
}

/** Opens an issue and emits its event. Once per key: a resolved issue is reopened, an open one stays as it is. */
export async function openIssue(ctx: Ctx, stuck: IssueFacts): Promise<IssueRow> {
  const { note = null } = stuck
  const fresh = rowOf(ctx, stuck)
  const [opened] = await ctx.db.insert(paymentIssues).values(fresh).onConflictDoNothing().returning()
  if (!opened) return await reopen(ctx, fresh, note)
  await countOpen(ctx, opened, 1)
  await recordStep(ctx, opened, { step: 'OPENED', note })
  await publishIssueChanged(ctx, opened, 'OPENED')
  return opened
}

/** The issue of that key, locked; null when there is none. */
export async function findIssue(ctx: Ctx, key: string): Promise<IssueRow | null> {
  const [issue] = await ctx.db.select().from(paymentIssues).where(eq(paymentIssues.key, key)).for('update')
  return issue ?? null
}

type NewIssue = ReturnType<typeof rowOf>

async function reopen(ctx: Ctx, fresh: NewIssue, note: string | null): Promise<IssueRow> {
  const known = await findIssue(ctx, fresh.key)
  if (!known) throw new Error(`the issue ${fresh.key} could be neither inserted nor found`)
  if (known.status !== 'RESOLVED') return known
  const { id: _id, key: _key, openedAt: _openedAt, version: _version, ...state } = fresh
  const open = { ...state, resolution: null, resolvedAt: null, transferReference: null, transferredOn: null }
  return await changeIssue(ctx, known, { step: 'REOPENED', note, set: open })
}

function rowOf(ctx: Ctx, { payment, amount, expected, received, ...stuck }: IssueFacts) {
  return {
    id: ctx.newId('iss'),
    key: stuck.key,
    kind: stuck.kind,
    status: 'OPEN' as const,
    paymentId: payment?.id ?? null,
    partnerId: payment?.partnerId ?? null,
    userId: payment?.userId ?? null,
    refundId: stuck.refundId ?? null,
    webhookId: stuck.webhookId ?? null,
    provider: stuck.provider,
    ...amount,
    expectedMinor: expected?.amountMinor ?? null,
    expectedCurrency: expected?.currency ?? null,
    receivedMinor: received?.amountMinor ?? null,
    receivedCurrency: received?.currency ?? null,
    suspenseMinor: stuck.suspenseMinor ?? 0,
    version: 1,
    openedAt: ctx.now(),
  }
}
