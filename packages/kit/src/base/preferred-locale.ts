/** The language a request likes best, by its Accept-Language header (RFC 9110, 12.5.4); `en` when it names none. */
export function preferredLocale(acceptLanguage: string): string {
  const wishes = acceptLanguage.split(',').map((part) => {
    const [tag = '', ...parameters] = part.trim().split(';')
    const quality = parameters
      .find((parameter) => parameter.trim().startsWith('q='))
      ?.trim()
      .slice(2)
    return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality) || 0 }
  })
  const best = wishes.filter(({ quality }) => quality > 0).toSorted((a, b) => b.quality - a.quality)
  for (const { tag } of best) {
    const locale = canonicalLocale(tag)
    if (locale) return locale
  }
  return 'en'
}

/** A language tag in its usual form; null for what is none. */
export function canonicalLocale(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null
  } catch {
    return null
  }
}
