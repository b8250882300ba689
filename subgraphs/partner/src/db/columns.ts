import { customType, timestamp } from 'drizzle-orm/pg-core'

/** A moment, kept with its offset. */
export const moment = () => timestamp({ withTimezone: true })

/** Words that full-text search finds. */
export const searchVector = customType<{ data: string }>({ dataType: () => 'tsvector' })

/** Bytes as they came. */
export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
