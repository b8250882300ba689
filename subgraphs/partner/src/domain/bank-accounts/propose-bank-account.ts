import { NotFound } from '@tikitu/kit/base/errors'
import { line, validateInput } from '@tikitu/kit/base/validate-input'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type BankAccountRow, bankAccounts } from '../../db/tables/bank.ts'
import { audit } from '../partners/audit.ts'
import { lockPartnerAs } from '../partners/lock-partner.ts'
import { findBankAccount, lastFourOf } from './bank-accounts.ts'
import { readBankNumber } from './bank-number.ts'
import { publishBankAccount } from './publish-bank-account.ts'

export interface ProposeBankAccountInput {
  partnerId: string
  holderName: string
  country: string
  accountNumber: string
  bankCode?: string | null
  idempotencyKey?: string | null
}

/**
 * Proposes an account for payouts. It receives nothing before another person confirms it.
 * @throws {NotFound | Forbidden | InvalidInput | InvalidState}
 */
export async function proposeBankAccount(ctx: Ctx, input: ProposeBankAccountInput): Promise<BankAccountRow> {
  const { holderName } = validateInput(z.object({ holderName: line(140) }), input)
  const number = readBankNumber(input.country, input)
  return await idempotent(
    ctx,
    { operation: 'proposeBankAccount', input },
    {
      authorize: (ctx) => lockPartnerAs(ctx, input.partnerId, 'OWNER'),
      load: requireBankAccount,
      act: async (ctx, { partner, member }) => {
        await withdrawProposed(ctx, partner.id)
        const [account] = await ctx.db
          .insert(bankAccounts)
          .values({
            id: ctx.newId('bnk'),
            partnerId: partner.id,
            holderName,
            country: input.country,
            ...number,
            status: 'PROPOSED',
            proposedBy: member.userId,
            proposedAt: ctx.now(),
          })
          .returning()
        if (!account) throw new Error('nothing was inserted')
        await audit(ctx, {
          action: 'proposeBankAccount',
          subjectType: 'BankAccount',
          subjectId: account.id,
          partnerId: partner.id,
          changes: { country: account.country, lastFour: lastFourOf(account) },
        })
        await publishBankAccount(ctx, partner, { account, status: 'PROPOSED' })
        return account
      },
    },
  )
}

async function withdrawProposed(ctx: Ctx, partnerId: string): Promise<void> {
  await ctx.db
    .update(bankAccounts)
    .set({ status: 'WITHDRAWN' })
    .where(and(eq(bankAccounts.partnerId, partnerId), eq(bankAccounts.status, 'PROPOSED')))
}

async function requireBankAccount(ctx: Ctx, id: string): Promise<BankAccountRow> {
  const account = await findBankAccount(ctx, id)
  if (!account) throw new NotFound('bank account', id)
  return account
}
