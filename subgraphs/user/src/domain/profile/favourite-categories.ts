/** Categories of events, as booking has them. */
export const eventCategories = [
  'CONCERT',
  'THEATRE',
  'OPERA',
  'DANCE',
  'COMEDY',
  'SPORTS',
  'FAMILY',
  'FESTIVAL',
  'EXHIBITION',
  'OTHER',
] as const

export type EventCategory = (typeof eventCategories)[number]

/**
 * The categories that are stored for a person. Rows from before they were an enum hold any words in small letters: `theatre` is
 * THEATRE, and words that name no category are left out.
 */
export function favouriteCategories(stored: readonly string[]): EventCategory[] {
  const words = new Set(stored.map((word) => word.toUpperCase()))
  return [...words].flatMap((word) => eventCategories.find((category) => category === word) ?? [])
}
