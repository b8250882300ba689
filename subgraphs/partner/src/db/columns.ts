import { customType, timestamp } from 'drizzle-orm/pg-core'

/** A moment, kept with its offset. */
export const moment = () => timestamp({ withTimezone: true })

/** Bytes as they came. */
export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
