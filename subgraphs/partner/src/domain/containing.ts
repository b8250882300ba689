/** The pattern of `like` for text that stands anywhere: what people type has no wildcards. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
}
