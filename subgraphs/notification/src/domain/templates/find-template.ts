import { and, desc, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { Channel, Kind } from '../../db/columns.ts'
import { type TemplateVersionRow, templateVersions } from '../../db/tables/templates.ts'
import { builtInLocales, builtInTemplate } from '../../templates/built-in.ts'
import type { TemplateText } from '../../templates/lint-template.ts'

/** Which template is meant. */
export interface TemplateKey {
  kind: Kind
  channel: Channel
  /** A language tag of BCP 47. */
  locale: string
}

/** The text in use: version 0 is the built-in one. */
export interface TemplateInUse extends TemplateKey, TemplateText {
  version: number
  authorId: string | null
  changedAt: Date | null
}

/**
 * The text for a reader of that locale: of the locale itself, else of its language, else in English; and of each, what staff
 * wrote last, else the built-in one. Null when the kind says nothing over that channel.
 */
export async function findTemplate(ctx: Ctx, key: TemplateKey): Promise<TemplateInUse | null> {
  const locales = fallbacksOf(key.locale)
  const newest = await newestVersions(ctx, key, locales)
  for (const locale of locales) {
    const found = newest.get(locale)
    if (found) return templateInUse(found)
    const text = builtInTemplate(key.kind, key.channel, locale)
    if (text) return { ...key, locale, ...text, version: 0, authorId: null, changedAt: null }
  }
  return null
}

/** The text of exactly that locale; null when there is none. */
export async function getTemplate(ctx: Ctx, key: TemplateKey): Promise<TemplateInUse | null> {
  const found = (await newestVersions(ctx, key, [key.locale])).get(key.locale)
  if (found) return templateInUse(found)
  const text = builtInTemplate(key.kind, key.channel, key.locale)
  return text ? { ...key, ...text, version: 0, authorId: null, changedAt: null } : null
}

/** `id-ID` → `id-ID`, `id`, `en`. */
export function fallbacksOf(locale: string): string[] {
  return [...new Set([locale, locale.split('-')[0] ?? locale, builtInLocales[0]])]
}

/** A row as the text in use. */
export function templateInUse(row: TemplateVersionRow): TemplateInUse {
  const { kind, channel, locale, version, title, body, authorId, createdAt } = row
  return { kind, channel, locale, version, title, body, authorId, changedAt: createdAt }
}

async function newestVersions(ctx: Ctx, { kind, channel }: TemplateKey, locales: string[]) {
  const rows = await ctx.db
    .selectDistinctOn([templateVersions.locale])
    .from(templateVersions)
    .where(
      and(
        eq(templateVersions.kind, kind),
        eq(templateVersions.channel, channel),
        inArray(templateVersions.locale, locales),
      ),
    )
    .orderBy(templateVersions.locale, desc(templateVersions.version))
  return new Map(rows.map((row) => [row.locale, row]))
}
