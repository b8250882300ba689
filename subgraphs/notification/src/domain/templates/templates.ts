import { requireUser } from '@tikitu/kit/auth/viewer'
import { InvalidInput, VersionConflict } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { configKeys } from '@tikitu/schema/config'
import { desc, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { channels, kinds } from '../../db/columns.ts'
import { type TemplateVersionRow, templateVersions } from '../../db/tables/templates.ts'
import { audit } from '../../emit.ts'
import { TemplateInvalid } from '../../errors.ts'
import { definitionOf } from '../../kinds/registry.ts'
import { builtInLocales, builtInTemplate } from '../../templates/built-in.ts'
import { lintTemplate, type TemplateText } from '../../templates/lint-template.ts'
import { renderMessage } from '../../templates/render-message.ts'
import { findTemplate, getTemplate, type TemplateInUse, type TemplateKey, templateInUse } from './find-template.ts'
import { sampleReader, sampleView, templateRulesOf } from './template-rules.ts'

export interface UpdateTemplateInput extends TemplateKey, TemplateText {
  /** The version that the change was made on; absent means any. */
  expectedVersion?: number | null
}

export interface PreviewInput extends TemplateKey {
  draft?: TemplateText | null
}

/** A text filled in with sample data. */
export interface Preview {
  locale: string
  title: string
  text: string
  html: string | null
}

/** The texts in use that fit everything named: what staff wrote, and the built-in ones they left alone. */
export async function listTemplates(ctx: Ctx, filter: Partial<TemplateKey>): Promise<TemplateInUse[]> {
  const rendered = await ctx.db
    .selectDistinctOn([templateVersions.kind, templateVersions.channel, templateVersions.locale])
    .from(templateVersions)
    .orderBy(templateVersions.kind, templateVersions.channel, templateVersions.locale, desc(templateVersions.version))
  const all = new Map(builtInTemplates().map((template) => [keyOf(template), template]))
  for (const row of rendered) all.set(keyOf(row), templateInUse(row))
  return [...all.values()]
    .filter(
      ({ kind, channel, locale }) =>
        (!filter.kind || kind === filter.kind) &&
        (!filter.channel || channel === filter.channel) &&
        (!filter.locale || locale === filter.locale),
    )
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** Puts a text in use, as the next version. @throws {TemplateInvalid | VersionConflict | InvalidInput} */
export async function updateTemplate(ctx: Ctx, input: UpdateTemplateInput): Promise<TemplateInUse> {
  const problems = problemsOf(input, input)
  if (problems.length > 0) throw new TemplateInvalid(problems)
  return await inTransaction(ctx, async (tx) => {
    await lockTemplate(tx, input)
    const version = (await getTemplate(tx, input))?.version ?? 0
    if (version !== (input.expectedVersion ?? version)) throw new VersionConflict('template', version)
    const row = await insertVersion(tx, input, version + 1)
    const { kind, channel, locale } = input
    await audit(tx, {
      action: 'updateNotificationTemplate',
      subjectType: 'NotificationTemplate',
      subjectId: keyOf(input),
      partnerId: null,
      reason: null,
      changes: { kind, channel, locale, version: row.version, title: row.title, body: row.body },
    })
    return templateInUse(row)
  })
}

/** A draft, or the text in use, as its reader would see it; or the problems of the draft. @throws {InvalidInput} */
export async function previewTemplate(ctx: Ctx, input: PreviewInput): Promise<Preview | { problems: string[] }> {
  const { kind, channel, draft } = input
  const problems = draft ? problemsOf(input, draft) : []
  if (problems.length > 0) return { problems }
  const template = draft ? { ...draft, locale: input.locale } : await findTemplate(ctx, input)
  if (!template) throw channelUnused(input)
  const view = sampleView(kind, template.locale)
  const footer = {
    supportEmail: configKeys['notification.supportEmail'].fallback,
    preferencesUrl: null,
    unsubscribeUrl: null,
  }
  const rendered = renderMessage(template, view, { channel, locale: template.locale, footer })
  const html = rendered.html && (await withImagesInside(rendered.html, input))
  return { locale: template.locale, title: rendered.title, text: rendered.body, html }
}

/** @throws {InvalidInput} when the kind is not sent over that channel */
function problemsOf(key: TemplateKey, text: TemplateText): string[] {
  if (!definitionOf(key.kind).channels.includes(key.channel)) throw channelUnused(key)
  return lintTemplate(text, templateRulesOf(key.kind, key.channel))
}

function channelUnused({ kind }: TemplateKey): InvalidInput {
  return new InvalidInput([{ field: 'channel', message: `is not available for ${kind} messages` }])
}

/** Two who change a template at once: the second waits, and sees what the first wrote. A built-in text has no row to lock. */
async function lockTemplate(ctx: Ctx, key: TemplateKey): Promise<void> {
  await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`template:${keyOf(key)}`}, 0))`)
}

async function insertVersion(ctx: Ctx, input: UpdateTemplateInput, version: number): Promise<TemplateVersionRow> {
  const { kind, channel, locale, title, body } = input
  const authorId = requireUser(ctx.viewer).userId
  const [row] = await ctx.db
    .insert(templateVersions)
    .values({ kind, channel, locale, version, title, body, authorId, createdAt: ctx.now() })
    .returning()
  return row as TemplateVersionRow
}

/** A browser has no attachments to look into. */
async function withImagesInside(html: string, { kind, locale }: TemplateKey): Promise<string> {
  const definition = definitionOf(kind)
  const files = (await definition.attachments?.(definition.sample as never, sampleReader(locale))) ?? []
  return files
    .filter((file) => file.cid)
    .reduce(
      (text, file) =>
        text.replaceAll(`cid:${file.cid}`, `data:${file.contentType};base64,${file.content.toString('base64')}`),
      html,
    )
}

function builtInTemplates(): TemplateInUse[] {
  return kinds.flatMap((kind) =>
    channels.flatMap((channel) =>
      builtInLocales.flatMap((locale) => {
        const text = definitionOf(kind).channels.includes(channel) ? builtInTemplate(kind, channel, locale) : null
        return text ? [{ kind, channel, locale, ...text, version: 0, authorId: null, changedAt: null }] : []
      }),
    ),
  )
}

function keyOf({ kind, channel, locale }: TemplateKey): string {
  return `${kind}/${channel}/${locale}`
}
