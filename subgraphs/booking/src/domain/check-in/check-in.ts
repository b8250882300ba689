import { requireUser } from '@tikitu/kit/auth/viewer'
import { IdempotencyConflict, InvalidInput } from '@tikitu/kit/base/errors'
import { optionalSingleLine, validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, desc, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { type CheckInRow, checkIns, type TicketRow, tickets } from '../../db/tables/tickets.ts'
import { readPerformance } from '../catalogue/lock-catalogue.ts'
import { lockPerformanceForShare } from '../catalogue/lock-performance-for-share.ts'
import { requireOwnPerformance } from '../projections/partner-role.ts'
import { readTicketCode, type TicketClaims } from '../tickets/ticket-code.ts'
import { changeAdmission } from './admission.ts'
import { evaluateScan } from './entry-rule.ts'

export interface CheckInInput {
  performanceId: string
  code: string
  nonce: string
  gate?: string | null
  direction?: CheckInRow['direction'] | null
}

/**
 * Scans a ticket at the door and records the result, including refusals. Concurrent scans never admit a ticket more often than the
 * entry rule allows. A repeated nonce returns the first result.
 * @throws {InvalidInput} @throws {IdempotencyConflict} when the nonce was used for another scan
 * @throws {NotFound} when the caller is not a scanner of the performance's partner
 */
export async function checkIn(ctx: Ctx, sent: CheckInInput): Promise<CheckInRow> {
  requireNonce(sent.nonce)
  const input = { ...sent, ...validateInput(atGate, sent) }
  await requireOwnPerformance(ctx, input.performanceId, 'SCANNER')
  const claims = await readTicketCode(ctx, input.code)
  return await inTransaction(ctx, async (ctx) => {
    await lockPerformanceForShare(ctx, input.performanceId)
    const performance = await readPerformance(ctx, input.performanceId)
    const ticket = claims && (await lockTicket(ctx, claims))
    const scan = await evaluate(ctx, { performance, input, claims, ticket })
    const recorded = await record(ctx, scan)
    if (!recorded) return await sameScan(ctx, scan)
    if (ticket) await apply(ctx, recorded, { ticket, performance })
    return recorded
  })
}

/** The door's name, trimmed. */
const atGate = z.object({ gate: optionalSingleLine(100).nullish() })

function requireNonce(nonce: string): void {
  if (nonce.trim() === '' || nonce.length > 100) {
    throw new InvalidInput([{ field: 'nonce', message: 'must be unique for each scan, 1 to 100 characters' }])
  }
}

/** Serializes scans and cancellations of this ticket until the transaction ends. */
async function lockTicket(ctx: Ctx, claims: TicketClaims): Promise<TicketRow | null> {
  const [ticket] = await ctx.db.select().from(tickets).where(eq(tickets.id, claims.ticketId)).for('update')
  return ticket ?? null
}

interface ScanContext {
  performance: PerformanceRow
  input: CheckInInput
  claims: TicketClaims | null
  ticket: TicketRow | null
}

async function evaluate(ctx: Ctx, { performance, input, claims, ticket }: ScanContext): Promise<CheckInRow> {
  const direction = input.direction ?? 'ENTRY'
  const outcome =
    ticket && claims
      ? evaluateScan(performance, ticket, { direction, serial: claims.serial, now: ctx.now() })
      : ('NOT_GENUINE' as const)
  const earlier = ticket && outcome === 'ALREADY_ADMITTED' ? await lastAdmission(ctx, ticket.id) : null
  return {
    id: ctx.newId('scn'),
    performanceId: performance.id,
    nonce: input.nonce,
    direction,
    ticketId: ticket?.id ?? null,
    outcome,
    gate: input.gate || null,
    scannedBy: requireUser(ctx.viewer).userId,
    scannedAt: ctx.now(),
    earlierId: earlier?.id ?? null,
    undoneAt: null,
    undoneBy: null,
  }
}

/** The latest admission that was not undone. */
export async function lastAdmission(ctx: Ctx, ticketId: string): Promise<CheckInRow | null> {
  const [admission] = await ctx.db
    .select()
    .from(checkIns)
    .where(and(eq(checkIns.ticketId, ticketId), eq(checkIns.outcome, 'ADMITTED'), isNull(checkIns.undoneAt)))
    .orderBy(desc(checkIns.scannedAt), desc(checkIns.id))
    .limit(1)
  return admission ?? null
}

/** The row, or null when a scan with this nonce already exists. */
async function record(ctx: Ctx, scan: CheckInRow): Promise<CheckInRow | null> {
  const [recorded] = await ctx.db.insert(checkIns).values(scan).onConflictDoNothing().returning()
  return recorded ?? null
}

/** @throws {IdempotencyConflict} when the nonce was used for another ticket or direction */
async function sameScan(ctx: Ctx, scan: CheckInRow): Promise<CheckInRow> {
  const [before] = await ctx.db
    .select()
    .from(checkIns)
    .where(and(eq(checkIns.performanceId, scan.performanceId), eq(checkIns.nonce, scan.nonce)))
  if (!before || before.ticketId !== scan.ticketId || before.direction !== scan.direction) {
    throw new IdempotencyConflict()
  }
  return before
}

async function apply(
  ctx: Ctx,
  scan: CheckInRow,
  { ticket, performance }: { ticket: TicketRow; performance: PerformanceRow },
): Promise<void> {
  const { outcome, gate } = scan
  if (outcome !== 'ADMITTED' && outcome !== 'LEFT') return
  const status = outcome === 'ADMITTED' ? 'USED' : 'OUT'
  await changeAdmission(ctx, { ticket, performance }, { status, change: outcome, gate })
}
