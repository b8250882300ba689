import { createHash } from 'node:crypto'
import { InvalidInput, NotFound } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { Channel } from '../../db/columns.ts'
import { type SuppressionRow, suppressions } from '../../db/tables/people.ts'
import { audit } from '../../emit.ts'

/** An address, as staff name it. */
export interface AddressInput {
  channel: Channel
  address: string
}

/** Addresses that nothing is sent to, the newest first. */
export async function listSuppressions(
  ctx: Ctx,
  args: PageArgs & { filter?: { address?: string | null } | null },
): Promise<Connection<SuppressionRow>> {
  const page = readPage(args)
  const address = args.filter?.address
  const { where, orderBy } = keyset(page, [suppressions.createdAt, suppressions.address, suppressions.channel], 'desc')
  const rows = await ctx.db
    .select()
    .from(suppressions)
    .where(and(address ? eq(suppressions.address, address.toLowerCase()) : undefined, where))
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (row) => [row.createdAt.toISOString(), row.address, row.channel])
}

/** Stops everything to an address. One that is stopped already stays as it is. @throws {InvalidInput} */
export async function suppressAddress(
  ctx: Ctx,
  input: AddressInput & { detail?: string | null },
): Promise<SuppressionRow> {
  const { channel, address } = readAddress(input)
  return await inTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .insert(suppressions)
      .values({ channel, address, reason: 'MANUAL', detail: input.detail ?? null, createdAt: tx.now() })
      // Changes nothing, but returns the row that is there, and keeps it until the transaction ends.
      .onConflictDoUpdate({ target: [suppressions.channel, suppressions.address], set: { channel } })
      .returning({ ...getTableColumns(suppressions), isNew: sql<boolean>`xmax = 0` })
    if (!row) throw new Error('an upsert returned no row')
    if (row.isNew) await auditAddress(tx, 'suppressAddress', row)
    return row
  })
}

/** Lets messages go to an address again. @throws {NotFound | InvalidInput} */
export async function liftSuppression(ctx: Ctx, input: AddressInput): Promise<AddressInput> {
  const { channel, address } = readAddress(input)
  return await inTransaction(ctx, async (tx) => {
    const [lifted] = await tx.db.delete(suppressions).where(isAddress({ channel, address })).returning()
    if (!lifted) throw new NotFound('suppressed address', address)
    await auditAddress(tx, 'liftSuppression', lifted)
    return { channel, address }
  })
}

type Address = Pick<SuppressionRow, 'channel' | 'address'>

const maxAddressLength = 254

function readAddress({ channel, address }: AddressInput): Address {
  if (channel !== 'EMAIL' && channel !== 'SMS') {
    throw new InvalidInput([{ field: 'channel', message: 'must be EMAIL or SMS' }])
  }
  const text = address.trim().toLowerCase()
  const isGood =
    channel === 'EMAIL' ? text.length <= maxAddressLength && /^[^\s@]+@[^\s@]+$/.test(text) : /^\+\d{6,15}$/.test(text)
  const form = channel === 'EMAIL' ? 'an e-mail address' : 'a telephone number such as +6281234567890'
  if (!isGood) throw new InvalidInput([{ field: 'address', message: `must be ${form}` }])
  return { channel, address: text }
}

function isAddress({ channel, address }: Address) {
  return and(eq(suppressions.channel, channel), eq(suppressions.address, address))
}

/** Without the address itself: an audit log is kept for ever, and people may ask to be forgotten. */
async function auditAddress(ctx: Ctx, action: string, row: SuppressionRow): Promise<void> {
  const { channel, reason, address } = row
  const subjectId = `${channel}:${createHash('sha256').update(address).digest('hex').slice(0, 16)}`
  await audit(ctx, {
    action,
    subjectType: 'SuppressedAddress',
    subjectId,
    partnerId: null,
    reason: row.detail,
    changes: { channel, reason },
  })
}
