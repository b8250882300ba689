import { customType, timestamp } from 'drizzle-orm/pg-core'

/** A moment, exact to the millisecond that JavaScript knows. */
export const moment = () => timestamp({ withTimezone: true })

/** The number of a transaction, which never wraps around. */
export const transactionId = customType<{ data: string }>({ dataType: () => 'xid8' })

/** Words that full-text search finds. */
export const searchVector = customType<{ data: string }>({ dataType: () => 'tsvector' })
