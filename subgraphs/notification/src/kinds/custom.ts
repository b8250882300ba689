import { z } from 'zod'
import { defineKind, type Reader } from './kind.ts'
import { greeting } from './phrases.ts'

const text = z.object({ locale: z.string(), title: z.string(), body: z.string() })

const data = z.object({
  /** The same message in one or more languages; the first is for everybody else. */
  texts: z.array(text).min(1),
  link: z.string().nullable(),
})

/** What staff have to say, in their own words. */
export const custom = defineKind({
  category: 'ANNOUNCEMENTS',
  channels: ['EMAIL', 'IN_APP', 'PUSH', 'SMS'],
  data,
  subjectId: () => null,
  path: ({ link }) => link,
  view: (message, reader) => {
    const { title, body } = textFor(message.texts, reader)
    return {
      ...greeting(reader),
      title,
      body,
      paragraphs: body.split(/\n\s*\n/).map((paragraph) => paragraph.trim()),
      linkUrl: reader.webUrl && message.link ? `${reader.webUrl}${message.link}` : '',
    }
  },
  required: [],
  sample: {
    texts: [
      { locale: 'en', title: 'The season opens', body: 'All performances of the new season are on sale now.' },
      { locale: 'id', title: 'Musim baru dibuka', body: 'Semua pertunjukan musim baru sudah dapat dipesan.' },
    ],
    link: '/events',
  },
})

function textFor(texts: z.infer<typeof text>[], { ownLocale }: Reader) {
  const language = ownLocale.split('-')[0]
  const found =
    texts.find((each) => each.locale === ownLocale) ?? texts.find((each) => each.locale.split('-')[0] === language)
  return found ?? (texts[0] as z.infer<typeof text>)
}
