import { inTransaction } from '@tikitu/kit/postgres/database'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { openIssue } from '../issues/open-issue.ts'

/** The job that compares balances with the sums of their entries. */
export const checkLedgerTask = 'checkLedger'

/**
 * Moves the snapshot of all balances forward: it adds the postings of database transactions that have all ended, so that no
 * later commit is missed. One at a time; a second one waits and finds little to do.
 */
export async function takeLedgerSnapshot(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await ctx.db.execute(sql`
      /* payment.openLedgerHorizon */
      insert into ledger_horizon (id, horizon, floor_id, taken_at) values (1, '0', 0, ${ctx.now().toISOString()})
      on conflict do nothing`)
    const { rows } = await ctx.db.execute<{ isForeign: boolean }>(sql`
      /* payment.lockLedgerHorizon */
      select horizon > pg_snapshot_xmax(pg_current_snapshot()) as "isForeign" from ledger_horizon where id = 1 for update`)
    if (rows[0]?.isForeign) await rebuild(ctx)
    else await advance(ctx)
  })
}

/**
 * Compares every balance with the sum of all its entries. A difference becomes an issue, and the snapshot is rebuilt.
 * Answers the accounts that differed.
 */
export async function checkLedger(ctx: Ctx): Promise<string[]> {
  const { rows } = await ctx.db.execute<{ id: string; currency: string; balance: string; total: string }>(sql`
    /* payment.checkLedger */
    with covered as (
      select horizon, floor_id from ledger_horizon where horizon <= pg_snapshot_xmax(pg_current_snapshot())
    ), compared as (
      select account.id, account.currency, coalesce(max(snapshot.balance_minor), 0)
          + coalesce(sum(entry.amount_minor) filter (where entry.posted_in >= coalesce(covered.horizon, '0'::xid8)
            and entry.id > coalesce(covered.floor_id, 0)), 0) as balance,
        coalesce(sum(entry.amount_minor), 0) as total
      from ledger_accounts account
      left join covered on true
      left join ledger_snapshots snapshot on snapshot.account_id = account.id and covered.horizon is not null
      left join ledger_entries entry on entry.account_id = account.id
      group by account.id, account.currency
    )
    select id, currency, balance::text, total::text from compared where balance <> total order by id`)
  for (const { id, currency, balance, total } of rows) await report(ctx, { id, currency, balance, total })
  if (rows.length > 0) await inTransaction(ctx, rebuild)
  return rows.map(({ id }) => id)
}

/** Entries of transactions before the horizon never change; those after it are left for the next snapshot. */
async function advance(ctx: Ctx): Promise<void> {
  await ctx.db.execute(sql`
    /* payment.takeLedgerSnapshot */
    with before as (select horizon, floor_id from ledger_horizon where id = 1),
    upto as (select pg_snapshot_xmin(pg_current_snapshot()) as horizon),
    moved as (
      select account_id, sum(amount_minor) as minor from ledger_entries, before, upto
      where posted_in >= before.horizon and posted_in < upto.horizon and ledger_entries.id > before.floor_id
      group by account_id
    ), kept as (
      insert into ledger_snapshots (account_id, balance_minor) select account_id, minor from moved
      on conflict (account_id) do update set balance_minor = ledger_snapshots.balance_minor + excluded.balance_minor
    )
    update ledger_horizon set horizon = greatest(ledger_horizon.horizon, upto.horizon), taken_at = ${ctx.now().toISOString()}
    from upto where id = 1`)
}

/** Sums everything again while postings are locked, and ignores the old snapshot. */
async function rebuild(ctx: Ctx): Promise<void> {
  ctx.log.warn('rebuilding the ledger snapshot')
  await ctx.db.execute(sql`/* payment.lockLedger */ lock table ledger_entries in share mode`)
  await ctx.db.execute(sql`
    /* payment.rebuildLedgerSnapshot */
    with summed as (select account_id, sum(amount_minor) as minor from ledger_entries group by account_id),
    kept as (
      insert into ledger_snapshots (account_id, balance_minor)
      select id, coalesce(minor, 0) from ledger_accounts left join summed on account_id = id
      on conflict (account_id) do update set balance_minor = excluded.balance_minor
    )
    update ledger_horizon set horizon = pg_snapshot_xmin(pg_current_snapshot()), taken_at = ${ctx.now().toISOString()},
      floor_id = coalesce((select max(id) from ledger_entries), 0)
    where id = 1`)
}

interface Difference {
  id: string
  currency: string
  balance: string
  total: string
}

async function report(ctx: Ctx, { id, currency, balance, total }: Difference): Promise<void> {
  ctx.log.error({ account: id, balance, total }, 'the balance of an account is not the sum of its entries')
  const [shown, right] = [Number(balance), Number(total)]
  await inTransaction(ctx, async (ctx) => {
    await openIssue(ctx, {
      ...{ kind: 'LEDGER_MISMATCH', key: `ledger:${id}`, payment: null, provider: '', note: id },
      amount: { amountMinor: Math.abs(shown - right), currency },
      expected: { amountMinor: right, currency },
      received: { amountMinor: shown, currency },
    })
  })
}
