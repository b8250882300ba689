import { InvalidState, NotFound } from '@tikitu/kit/errors'
import { isStaff, type StaffRole } from '@tikitu/kit/viewer'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type BankAccountRow, bankAccounts } from '../db/tables/bank.ts'
import { hidden } from './hidden.ts'
import { lockPartnerAs, lockPartnerAsStaff, membershipOf } from './lock-partner.ts'

/** The account of a partner in that status; null when there is none. */
export async function bankAccountIn(
  ctx: Ctx,
  partnerId: string,
  status: 'PROPOSED' | 'IN_USE',
): Promise<BankAccountRow | null> {
  const accounts = await ctx.load.openBankAccounts.load(partnerId)
  return accounts.find((account) => account.status === status) ?? null
}

/** Whoever on the staff may decide where a partner is paid out to. */
const bankRoles: readonly StaffRole[] = ['FINANCE', 'COMPLIANCE']

/** What people may see of an account's number. */
export function lastFourOf(account: BankAccountRow): string {
  return account.accountNumber.slice(-4)
}

/** An account, whatever its status; null when there is none. */
export async function findBankAccount(ctx: Ctx, id: string): Promise<BankAccountRow | null> {
  const [account] = await ctx.db.select().from(bankAccounts).where(eq(bankAccounts.id, id))
  return account ?? null
}

/**
 * A proposed account whose partner is locked, for a manager of the partner, or for FINANCE and COMPLIANCE who are no member of it.
 * @throws {NotFound | Forbidden | InvalidState}
 */
export async function lockProposed(ctx: Ctx, id: string): Promise<BankAccountRow> {
  const { partnerId } = (await findBankAccount(ctx, id)) ?? { partnerId: '' }
  const isOutside = isStaff(ctx.viewer, ...bankRoles) && (await membershipOf(ctx, partnerId)) === null
  const lock: Promise<unknown> = isOutside
    ? lockPartnerAsStaff(ctx, partnerId, bankRoles)
    : lockPartnerAs(ctx, partnerId, 'MANAGER')
  await hidden('bank account', id, lock)
  const account = await findBankAccount(ctx, id)
  if (!account) throw new NotFound('bank account', id)
  if (account.status === 'PROPOSED') return account
  throw new InvalidState(`This account does not wait for anybody: it is ${account.status}.`, { status: account.status })
}
