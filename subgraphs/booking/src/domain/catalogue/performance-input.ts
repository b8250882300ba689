import { isCurrency } from '@tikitu/kit/base/currencies'
import { InvalidInput } from '@tikitu/kit/base/errors'
import { line } from '@tikitu/kit/base/validate-input'
import { z } from 'zod'
import { earliestDoors } from '../check-in/entry-rule.ts'
import { type Span, upcomingUntil } from './upcoming.ts'

const basisPoints = z.int().min(0, 'must be between 0 and 10,000').max(10_000, 'must be between 0 and 10,000')
const amount = z.int('must be a whole number').min(0, 'must not be below 0').max(100_000_000_000, 'is too much')
/** Must be a zone of the layout, so its characters need no checks. */
const zoneName = z.string().trim().min(1, 'must not be empty').max(60, 'must be at most 60 characters')

/** Sales terms of a performance. */
export const salesTerms = {
  maxSeatsPerPerson: z.int().min(1, 'must be between 1 and 100').max(100, 'must be between 1 and 100'),
  fees: z.object({ perTicketMinor: amount.default(0), basisPoints: basisPoints.default(0) }),
  taxBasisPoints: basisPoints,
  taxMode: z.enum(['INCLUDED', 'ADDED']),
  cancellation: z.object({
    deadlineHours: z.int().min(0, 'must be between 0 and 8,760').max(8_760, 'must be between 0 and 8,760'),
    feePerTicketMinor: amount.default(0),
  }),
  entryRule: z.enum(['ONCE', 'REENTRY']),
  allowsSingleSeats: z.boolean(),
}

export const currencyCode = z.string().refine(isCurrency, 'must be a current ISO 4217 currency')

/** Editable fields of a price tier. */
export const tierFields = {
  name: line(60),
  priceMinor: amount,
  taxBasisPoints: basisPoints.nullish(),
  salesStartAt: z.date().nullish(),
  salesEndAt: z.date().nullish(),
}

export const priceTierInput = z.object({ zone: zoneName, ...tierFields }).refine(hasValidTimes, {
  path: ['salesEndAt'],
  message: 'must be after salesStartAt',
})

/** Whether the sale dates of a tier are in order. */
export function hasValidTimes({
  salesStartAt,
  salesEndAt,
}: {
  salesStartAt?: Date | null
  salesEndAt?: Date | null
}): boolean {
  return !salesStartAt || !salesEndAt || salesStartAt < salesEndAt
}

/** Times of a performance. */
export interface PerformanceTimes {
  startsAt: Date
  doorsAt?: Date | null
  endsAt?: Date | null
  salesStartAt: Date
  salesEndAt: Date
}

/** Requires consistent times. @throws {InvalidInput} that names all conflicts */
export function requireOrder(times: PerformanceTimes): void {
  const { startsAt, doorsAt, endsAt, salesStartAt, salesEndAt } = times
  const problems = []
  if (doorsAt && doorsAt > startsAt) problems.push({ field: 'doorsAt', message: 'must not be after startsAt' })
  if (doorsAt && doorsAt < earliestDoors(startsAt)) {
    problems.push({ field: 'doorsAt', message: 'must be at most a day before startsAt' })
  }
  if (endsAt && endsAt <= startsAt) problems.push({ field: 'endsAt', message: 'must be after startsAt' })
  if (salesEndAt <= salesStartAt) problems.push({ field: 'salesEndAt', message: 'must be after salesStartAt' })
  const lastSale = endsAt ?? new Date(startsAt.getTime() + 24 * 3_600_000)
  if (salesEndAt > lastSale) problems.push({ field: 'salesEndAt', message: 'must not be after the performance' })
  if (problems.length > 0) throw new InvalidInput(problems)
}

/** Requires an upcoming or running performance. @throws {InvalidInput} */
export function requireUpcoming(times: Span, now: Date): void {
  if (upcomingUntil(times) > now) return
  const message = times.endsAt ? 'must be in the future, or endsAt must be' : 'must be in the future'
  throw new InvalidInput([{ field: 'startsAt', message }])
}

/** The columns of the given terms. A null policy means that customers cannot cancel. */
export function termColumns(terms: {
  fees?: z.infer<typeof salesTerms.fees> | null
  cancellation?: z.infer<typeof salesTerms.cancellation> | null
}) {
  const { fees, cancellation } = terms
  return {
    ...(fees ? { feeMinor: fees.perTicketMinor, feeBasisPoints: fees.basisPoints } : {}),
    ...(cancellation === undefined
      ? {}
      : {
          cancellationDeadlineHours: cancellation?.deadlineHours ?? null,
          cancellationFeeMinor: cancellation?.feePerTicketMinor ?? 0,
        }),
  }
}
