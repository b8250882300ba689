/** Media types that are known by their first bytes. */
export type MediaType = 'application/pdf' | 'image/png' | 'image/jpeg'

const beginnings: readonly { type: MediaType; bytes: Buffer }[] = [
  { type: 'application/pdf', bytes: Buffer.from('%PDF-') },
  { type: 'image/png', bytes: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { type: 'image/jpeg', bytes: Buffer.from([0xff, 0xd8, 0xff]) },
]

/** How many bytes of a file `mediaTypeOf` reads. */
export const beginningBytes = 8

/** The media type of a file, from its first bytes and nothing else; null for any other. */
export function mediaTypeOf(beginning: Uint8Array): MediaType | null {
  const known = beginnings.find(({ bytes }) => bytes.equals(beginning.subarray(0, bytes.length)))
  return known?.type ?? null
}
