import { requireStaff } from '@tikitu/kit/auth/viewer'
import type { Money } from '@tikitu/kit/base/money'
import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type LedgerAccountRow, ledgerAccounts } from '../../db/tables/ledger.ts'
import { maySeeMoneyOf } from '../projections/partner-role.ts'

/** The balance of an account: debits less credits. Positive is owed to us, negative is owed by us. */
export interface LedgerBalanceData extends LedgerAccountRow {
  /** Empty for the platform itself. */
  owner: string
  balance: Money
}

/** The amount owed to a partner in one currency. */
export interface PartnerBalanceData {
  payable: Money
  tax: Money
}

/** The balances of the accounts, by account. All balances of a currency sum to zero. @throws {Forbidden | InvalidInput} */
export async function listLedgerBalances(ctx: Ctx, args: PageArgs): Promise<Connection<LedgerBalanceData>> {
  requireStaff(ctx.viewer, 'FINANCE', 'COMPLIANCE')
  const page = readPage(args)
  const { where, orderBy } = keyset(page, [ledgerAccounts.id], 'asc')
  const rows = await balances(ctx, { where, orderBy, limit: page.limit + 1 })
  const balancesShown = rows.map(({ minor, ...account }) => ({
    ...account,
    owner: account.owner ?? '',
    balance: { amountMinor: Number(minor), currency: account.currency },
  }))
  return toConnection(balancesShown, page, ({ id }) => [id])
}

/** The amounts owed to a partner, by currency; null when the caller may not see them. */
export async function partnerBalances(ctx: Ctx, partnerId: string): Promise<PartnerBalanceData[] | null> {
  if (!(await maySeeMoneyOf(ctx, partnerId))) return null
  const isPartners = inArray(ledgerAccounts.kind, ['PARTNER_PAYABLE', 'PARTNER_TAX'])
  const rows = await balances(ctx, { where: and(eq(ledgerAccounts.owner, partnerId), isPartners) })
  const owed = (each: readonly Balance[]) => each.reduce((sum, { minor }) => sum - Number(minor), 0)
  return [...Map.groupBy(rows, ({ currency }) => currency)].map(([currency, accounts]) => ({
    payable: { amountMinor: owed(accounts), currency },
    tax: { amountMinor: owed(accounts.filter(({ kind }) => kind === 'PARTNER_TAX')), currency },
  }))
}

/** An account and its balance. */
interface Balance extends LedgerAccountRow {
  minor: string
}

/**
 * The snapshot plus what was posted since, so the cost depends on the last minutes and not on the years before. A snapshot
 * with a horizon in the future was taken in another cluster (this is a restored copy) and is ignored.
 */
async function balances(
  ctx: Ctx,
  { where = sql`true`, orderBy = [asc(ledgerAccounts.id)], limit }: { where?: SQL; orderBy?: SQL[]; limit?: number },
): Promise<Balance[]> {
  const { rows } = await ctx.db.execute<Balance & Record<string, unknown>>(sql`
    /* payment.ledgerBalances */
    with covered as (
      select horizon, floor_id from ledger_horizon where horizon <= pg_snapshot_xmax(pg_current_snapshot())
    )
    select ledger_accounts.id, ledger_accounts.kind, ledger_accounts.owner, ledger_accounts.currency,
      (coalesce(snapshot.balance_minor, 0) + coalesce(since.minor, 0))::text as minor
    from ledger_accounts
    left join covered on true
    left join ledger_snapshots snapshot on snapshot.account_id = ledger_accounts.id and covered.horizon is not null
    left join lateral (
      select sum(amount_minor) as minor from ledger_entries
      where account_id = ledger_accounts.id and posted_in >= coalesce(covered.horizon, '0'::xid8)
        and id > coalesce(covered.floor_id, 0)
    ) since on true
    where ${where} order by ${sql.join(orderBy, sql`, `)} limit ${limit ?? null}`)
  return rows
}
