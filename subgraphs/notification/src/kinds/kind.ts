import type { z } from 'zod'
import type { Attachment } from '../channels/channel.ts'
import type { Category, Channel } from '../db/columns.ts'
import type { View } from '../templates/fill-template.ts'

/** For whom and where a message is written. */
export interface Reader {
  /** The language of the template, as the reader's country writes it: dates and amounts stand in it. */
  locale: string
  /** The language the reader would like best, also when there is no template in it. */
  ownLocale: string
  name: string | null
  /** Null for somebody without an account. */
  userId: string | null
  /** Where customers are told to write to. */
  supportEmail: string
  /** The page of the map, with `{query}` for the address. */
  mapUrl: string
  /** The address of the web app, without a slash at its end; null when there is none to link to. */
  webUrl: string | null
}

/** What one kind of message is made of. */
export interface KindDefinition<S extends z.ZodType = z.ZodType> {
  category: Category
  /** The channels it goes out on. */
  channels: readonly Channel[]
  /** What is kept of the fact until the message is sent. */
  data: S
  /** The object it is about, for the app to open. */
  subjectId: (data: z.infer<S>) => string | null
  /** The page it leads to, as a path of the web app. */
  path: (data: z.infer<S>) => string | null
  /** What its templates are filled in with. Every name is there for every data, empty when there is nothing to say. */
  view: (data: z.infer<S>, reader: Reader) => View
  /** What an e-mail must hold to be of use: variables that a template must not leave out. */
  required: readonly string[]
  /** Files that go with the e-mail. */
  attachments?: (data: z.infer<S>, reader: Reader) => Promise<Attachment[]>
  /** How long to wait whether it is still worth saying. */
  delayMinutes?: number
  /** Data to try templates with. */
  sample: z.infer<S>
}

/** As written; the type ties a kind's functions to its own data. */
export function defineKind<S extends z.ZodType>(definition: KindDefinition<S>): KindDefinition<S> {
  return definition
}
