import { randomInt } from 'node:crypto'

/** Without 0 and O, 1, I and L, so that it survives a telephone and a hurried handwriting. */
const letters = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'

/** What people read out: `K7QM-2F9D`. One of 850 thousand million, so that guessing finds nobody's booking. */
export function newReference(): string {
  const drawn = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')
  return `${drawn.slice(0, 4)}-${drawn.slice(4)}`
}

/** A reference as people write it (`k7qm 2f9d`) in its usual form. */
export function normalReference(text: string): string {
  const bare = text.toUpperCase().replace(/[^0-9A-Z]/g, '')
  return `${bare.slice(0, 4)}-${bare.slice(4)}`
}
