import { and, asc, eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BankAccountRow, bankAccounts } from '../../db/tables/bank.ts'
import { type PartnerRow, partnerMembers, partners } from '../../db/tables/partners.ts'
import { emit } from '../../emit.ts'
import { isUsableAt } from '../bank-accounts/bank-accounts.ts'
import { canReceivePayouts, canSell } from './partner-rights.ts'

/** Changes a partner, whose row the caller has locked, increases its version and publishes its state. */
export async function changePartner(
  ctx: Ctx,
  partnerId: string,
  change: Partial<Omit<PartnerRow, 'id' | 'version'>> = {},
): Promise<PartnerRow> {
  const [partner] = await ctx.db
    .update(partners)
    .set({ ...change, version: sql`${partners.version} + 1` })
    .where(eq(partners.id, partnerId))
    .returning()
  if (!partner) throw new Error(`partner ${partnerId} is missing`)
  await publishPartner(ctx, partner)
  return partner
}

/** Publishes the whole state of a partner and its members. */
export async function publishPartner(ctx: Ctx, partner: PartnerRow): Promise<void> {
  const { id: partnerId, version, name, status } = partner
  const members = await ctx.db
    .select({ userId: partnerMembers.userId, role: partnerMembers.role })
    .from(partnerMembers)
    .where(eq(partnerMembers.partnerId, partnerId))
    .orderBy(asc(partnerMembers.id))
  const account = await accountInUse(ctx, partnerId)
  const rights = {
    maySell: canSell(status),
    mayBePaidOut: canReceivePayouts(status, isUsableAt(account, ctx.now())),
    payoutsFrom: account ? (account.usableFrom ?? account.confirmedAt ?? ctx.now()).toISOString() : null,
  }
  await emit(ctx, 'partner.changed', {
    subject: partnerId,
    data: { partnerId, version, name, status, ...rights, members },
  })
}

async function accountInUse(ctx: Ctx, partnerId: string): Promise<BankAccountRow | null> {
  const [account] = await ctx.db
    .select()
    .from(bankAccounts)
    .where(and(eq(bankAccounts.partnerId, partnerId), eq(bankAccounts.status, 'IN_USE')))
  return account ?? null
}
