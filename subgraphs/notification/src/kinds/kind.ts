import type { z } from 'zod'
import type { Attachment } from '../channels/channel.ts'
import type { Category, Channel } from '../db/columns.ts'
import type { View } from '../templates/fill-template.ts'

/** The reader that a message is rendered for. */
export interface Reader {
  /** The language of the template with the reader's region, for dates and amounts. */
  locale: string
  /** The reader's preferred language, even if there is no template in it. */
  ownLocale: string
  name: string | null
  /** Null for somebody without an account. */
  userId: string | null
  /** The support address for customers. */
  supportEmail: string
  /** The page of the map, with `{query}` for the address. */
  mapUrl: string
  /** The address of the web app, without a slash at its end; null when there is none to link to. */
  webUrl: string | null
}

/** The definition of a message kind. */
export interface KindDefinition<S extends z.ZodType = z.ZodType> {
  category: Category
  /** The channels it goes out on. */
  channels: readonly Channel[]
  /** The data stored until the message is sent. */
  data: S
  /** The id of the object it is about; null if there is none. */
  subjectId: (data: z.infer<S>) => string | null
  /** The page to open, as a path in the web app. */
  path: (data: z.infer<S>) => string | null
  /** The template variables. Every name is always present, and empty if it does not apply. */
  view: (data: z.infer<S>, reader: Reader) => View
  /** Variables that an e-mail template must use. */
  required: readonly string[]
  /** Attachments of the e-mail. */
  attachments?: (data: z.infer<S>, reader: Reader) => Promise<Attachment[]>
  /** A delay before sending, after which relevance is checked. */
  delayMinutes?: number
  /** Sample data for previews and template validation. */
  sample: z.infer<S>
}

/** As written; the type ties a kind's functions to its own data. */
export function defineKind<S extends z.ZodType>(definition: KindDefinition<S>): KindDefinition<S> {
  return definition
}
