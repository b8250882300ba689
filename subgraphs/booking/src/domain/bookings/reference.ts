import { randomInt } from 'node:crypto'

/** Without 0 and O, 1, I and L, which are easily confused when spoken or handwritten. */
const letters = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'

/** A new reference such as `K7QM-2F9D`: one of 850 billion, so that guessing is hopeless. */
export function newReference(): string {
  const drawn = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')
  return `${drawn.slice(0, 4)}-${drawn.slice(4)}`
}

/** The canonical form of a reference as users type it (`k7qm 2f9d`). */
export function normalReference(text: string): string {
  const bare = text.toUpperCase().replace(/[^0-9A-Z]/g, '')
  return `${bare.slice(0, 4)}-${bare.slice(4)}`
}
