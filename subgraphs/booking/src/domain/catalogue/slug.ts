import { randomInt } from 'node:crypto'
import { transliterate } from 'transliteration'

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A slug from a title in any script: `Beyoncé: Live!` → `beyonce-live`, `交響楽の夕べ` → `jiao-xiang-le-noxibe`. Never empty. */
export function slugOf(title: string): string {
  const plain = transliterate(title.normalize('NFKC'))
    .toLowerCase()
    .replaceAll(/['’`]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
  return plain.slice(0, 70).replaceAll(/^-+|-+$/g, '') || 'event'
}

/** A similar slug with a random ending. */
export function slugLike(slug: string): string {
  const ending = Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return `${slug.slice(0, 70).replace(/-+$/, '')}-${ending}`
}
