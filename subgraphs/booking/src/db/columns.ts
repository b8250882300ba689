import { bigint, customType, timestamp } from 'drizzle-orm/pg-core'

/** A moment, exact to the millisecond that JavaScript knows. */
export const moment = () => timestamp({ withTimezone: true })

/** An amount in the smallest unit of its currency. */
export const amountMinor = () => bigint({ mode: 'number' })

/** The number of a transaction, which never wraps around. */
export const transactionId = customType<{ data: string }>({ dataType: () => 'xid8' })

/** Words that full-text search finds. */
export const searchVector = customType<{ data: string }>({ dataType: () => 'tsvector' })
