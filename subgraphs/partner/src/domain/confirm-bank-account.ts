import { inTransaction } from '@tikitu/kit/db'
import { requireUser } from '@tikitu/kit/viewer'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type BankAccountRow, bankAccounts } from '../db/tables/bank.ts'
import { SecondPersonNeeded } from '../errors.ts'
import { audit } from './audit.ts'
import { lastFourOf, lockProposed } from './bank-accounts.ts'
import { changePartner } from './change-partner.ts'

/**
 * Lets payouts go to an account that another person proposed; the account before is replaced.
 * @throws {SecondPersonNeeded | NotFound | Forbidden | InvalidState}
 */
export async function confirmBankAccount(ctx: Ctx, bankAccountId: string): Promise<BankAccountRow> {
  const { userId } = requireUser(ctx.viewer)
  return await inTransaction(ctx, async (ctx) => {
    const account = await lockProposed(ctx, bankAccountId)
    if (account.proposedBy === userId) throw new SecondPersonNeeded()
    await ctx.db
      .update(bankAccounts)
      .set({ status: 'REPLACED' })
      .where(and(eq(bankAccounts.partnerId, account.partnerId), eq(bankAccounts.status, 'IN_USE')))
    const [confirmed] = await ctx.db
      .update(bankAccounts)
      .set({ status: 'IN_USE', confirmedBy: userId, confirmedAt: ctx.now() })
      .where(eq(bankAccounts.id, account.id))
      .returning()
    await changePartner(ctx, account.partnerId)
    await audit(ctx, {
      action: 'confirmBankAccount',
      subjectType: 'BankAccount',
      subjectId: account.id,
      partnerId: account.partnerId,
      changes: { country: account.country, lastFour: lastFourOf(account), proposedBy: account.proposedBy },
    })
    return confirmed as BankAccountRow
  })
}
