import { requireUser } from '@tikitu/kit/auth/viewer'
import { addJob } from '@tikitu/kit/messaging/jobs'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BankAccountRow, bankAccounts } from '../../db/tables/bank.ts'
import type { PartnerMemberRow } from '../../db/tables/partners.ts'
import { MemberTooNew, SecondApproverRequired } from '../../errors.ts'
import { audit } from '../partners/audit.ts'
import { changePartner } from '../partners/change-partner.ts'
import { configuredDays } from '../partners/configured-days.ts'
import { lockPartner } from '../partners/lock-partner.ts'
import { lastFourOf, lockProposedAccount, requireProposer } from './bank-accounts.ts'
import { publishBankAccount } from './publish-bank-account.ts'

/** The job that publishes a partner's rights when payouts to its account start. */
export const openPayoutsTask = 'openPayouts'

const dayMs = 86_400_000

/**
 * Confirms an account that another person proposed: it replaces the previous one at once, and payouts to it start some days
 * later. The confirming person is staff or a long-standing member: an intruder on an owner's account could have invited
 * another account of their own. @throws {SecondApproverRequired | MemberTooNew | NotFound | Forbidden | InvalidState}
 */
export async function confirmBankAccount(ctx: Ctx, bankAccountId: string): Promise<BankAccountRow> {
  const { userId } = requireUser(ctx.viewer)
  return await inTransaction(ctx, async (ctx) => {
    const { account, partner, member } = await lockProposedAccount(ctx, bankAccountId)
    if (account.proposedBy === userId) throw new SecondApproverRequired()
    if (member) await requireLongStanding(ctx, member)
    await requireProposer(ctx, account)
    await ctx.db
      .update(bankAccounts)
      .set({ status: 'REPLACED' })
      .where(and(eq(bankAccounts.partnerId, account.partnerId), eq(bankAccounts.status, 'IN_USE')))
    const usableFrom = await usableFromNow(ctx, account.partnerId)
    const [confirmed] = await ctx.db
      .update(bankAccounts)
      .set({ status: 'IN_USE', confirmedBy: userId, confirmedAt: ctx.now(), usableFrom })
      .where(eq(bankAccounts.id, account.id))
      .returning()
    if (!confirmed) throw new Error('nothing was updated')
    await changePartner(ctx, account.partnerId)
    await addJob(ctx, { task: openPayoutsTask, payload: { partnerId: account.partnerId }, runAt: usableFrom })
    await audit(ctx, {
      action: 'confirmBankAccount',
      subjectType: 'BankAccount',
      subjectId: account.id,
      partnerId: account.partnerId,
      changes: { country: account.country, lastFour: lastFourOf(account), proposedBy: account.proposedBy },
    })
    await publishBankAccount(ctx, partner, { account: confirmed, status: 'IN_USE' })
    return confirmed
  })
}

/** Publishes a partner's current rights. Safe to repeat. */
export async function openPayouts(ctx: Ctx, partnerId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    if (await lockPartner(ctx, partnerId)) await changePartner(ctx, partnerId)
  })
}

async function requireLongStanding(ctx: Ctx, { partnerId, joinedAt }: PartnerMemberRow): Promise<void> {
  const days = await configuredDays(ctx, 'partner.bankAccountMemberDays', partnerId)
  const mayConfirmFrom = new Date(joinedAt.getTime() + days * dayMs)
  if (ctx.now() < mayConfirmFrom) throw new MemberTooNew(days, mayConfirmFrom)
}

async function usableFromNow(ctx: Ctx, partnerId: string): Promise<Date> {
  const days = await configuredDays(ctx, 'partner.bankAccountWaitDays', partnerId)
  return new Date(ctx.now().getTime() + days * dayMs)
}
