import { randomInt } from 'node:crypto'

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A readable address from a title: `Beyoncé: Live!` → `beyonce-live`. */
export function slugOf(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
  return plain.slice(0, 70).replace(/^-+|-+$/g, '') || 'event'
}

/** Another address like this one, that hardly anybody has. */
export function slugLike(slug: string): string {
  const ending = Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return `${slug.slice(0, 70).replace(/-+$/, '')}-${ending}`
}
