import { DomainError } from '@tikitu/kit/errors'

/** At least one requested place is held or sold. Nothing was claimed. */
export class SeatsTaken extends DomainError {
  override readonly name = 'SeatsTaken'
  readonly code = 'SEATS_TAKEN'
  readonly numbers: number[]
  constructor(numbers: number[]) {
    super('Some of these places have just been taken: choose others.', { numbers })
    this.numbers = numbers
  }
}

/** One person may not have that many places for this performance. Nothing was claimed. */
export class PlaceLimitReached extends DomainError {
  override readonly name = 'PlaceLimitReached'
  readonly code = 'PLACE_LIMIT_REACHED'
  readonly limit: number
  constructor(limit: number) {
    super(`One person may have ${limit} places for this performance: choose fewer, or give back some that you hold.`, {
      limit,
    })
    this.limit = limit
  }
}

/** The performance cannot be booked at this moment. */
export class NotOnSale extends DomainError {
  override readonly name = 'NotOnSale'
  readonly code = 'NOT_ON_SALE'
  readonly salesStartAt: Date | null
  constructor(message: string, salesStartAt: Date | null = null) {
    super(message, { salesStartAt })
    this.salesStartAt = salesStartAt
  }
}
